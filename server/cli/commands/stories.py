"""`heedful test`: the test conversations of a Rasa project, held with its trained model in this process."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.arguments import AsJson, Config, ProjectFolder, Set, read_settings

if TYPE_CHECKING:
    from dialogue.stories.story_runs import Outcome
    from server.settings import Settings

Stories = Annotated[
    list[Path] | None,
    typer.Option("--stories", exists=True, help="This file or project's tests, not the project's own; repeatable."),
]


def stories_cli(
    project: ProjectFolder = None,
    stories: Stories = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit XML file, for CI.")] = None,
    as_json: AsJson = False,
    least_right: Annotated[
        float | None, typer.Option(min=0, max=1, help="Succeed where this share of the turns is right, 0..1.")
    ] = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Hold a project's test stories and end-to-end tests; each that fails says which stage failed first."""
    import json

    from dialogue.stories import story_reports

    outcomes = _outcomes(read_settings(config, flags), project, stories or ())
    if junit:
        junit.write_text(story_reports.as_junit(outcomes), encoding="utf-8")
    as_lines = story_reports.lines(outcomes)
    print(json.dumps(story_reports.as_json(outcomes), indent=1) if as_json else "\n".join(as_lines))
    right = story_reports.share_right(outcomes)
    raise typer.Exit(0 if right >= (1.0 if least_right is None else least_right) else 1)


def _outcomes(settings: "Settings", project: Path | None, stories: Sequence[Path]) -> "list[Outcome]":
    """Hold all test conversations of a project, else those of `stories`, each as a conversation of its own.

    Raises ProjectError where there is none, ModelError where the project is not trained.
    """
    from dialogue.errors import ProjectError
    from dialogue.stories.story_files import read_stories, responses_of
    from dialogue.stories.story_runs import run_story
    from dialogue.stories.tested_assistant import TypedAssistant
    from server.artifacts import assistant_project
    from server.bootstrap import open_understanding

    if project:
        settings = replace(settings, paths=replace(settings.paths, assistant=str(project.resolve())))
    chosen = assistant_project(settings)
    found = [story for path in stories or (chosen.folder,) for story in read_stories(path)]
    if not found:
        raise ProjectError(f"{chosen.folder} has no test conversations: write them into tests/ or e2e_tests/")
    responses = responses_of(chosen)
    with open_understanding(settings) as understanding:
        assistant = TypedAssistant(understanding)
        return [run_story(story, assistant, f"test-{number}", responses) for number, story in enumerate(found)]
