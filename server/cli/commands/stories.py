"""`heedful test`: the test conversations of a Rasa project, held with its trained model here or with a server."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.arguments import ApiKey, AsJson, Config, ProjectFolder, Set, read_settings, wrong_usage

if TYPE_CHECKING:
    from dialogue.stories.story_runs import Outcome
    from server.settings import Settings
    from server.trials.trial import Trial

Stories = Annotated[
    list[Path] | None,
    typer.Option("--stories", exists=True, help="This file or folder, not the project's own tests; repeatable."),
]
Server = Annotated[str | None, typer.Option("--server", help="Hold them with a running server at this address.")]
Voice = Annotated[bool, typer.Option("--voice", help="Say each line, recorded or with the built-in voice.")]
Noise = Annotated[str | None, typer.Option(help="By voice: in the noise of this recording, or `kitchen-like`.")]
Snr = Annotated[float, typer.Option(help="Decibels between voice and noise.")]
LeastRight = Annotated[float, typer.Option(min=0, max=1, help="Succeed where this share of the turns is right, 0..1.")]
Picture = Annotated[Path | None, typer.Option(help="Draw a row for each story: what failed at which turn.")]


def stories_cli(
    project: ProjectFolder = None,
    stories: Stories = None,
    server: Server = None,
    api_key: ApiKey = "",
    voice: Voice = False,
    noise: Noise = None,
    snr: Snr = 15.0,
    least_right: LeastRight = 1.0,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit XML file, for CI.")] = None,
    picture: Picture = None,
    as_json: AsJson = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Hold a project's test stories and end-to-end tests; each turn that fails says which stage failed first."""
    from dialogue.stories.story_reports import share_right
    from server.trials.trial import Trial

    with wrong_usage(ValueError):
        trial = Trial(server=server, api_key=api_key, by_voice=voice, noise=noise, snr_db=snr)
    outcomes = _outcomes(read_settings(config, flags), project, stories or (), trial)
    _report(outcomes, junit, picture, as_json=as_json)
    raise typer.Exit(0 if share_right(outcomes) >= least_right else 1)


def _outcomes(settings: "Settings", project: Path | None, stories: Sequence[Path], trial: "Trial") -> "list[Outcome]":
    """Hold all test conversations of a project, else those of `stories`, each as a conversation of its own.

    Raises ProjectError where there is none, ModelError where the project is not trained, ClientError without a server.
    """
    from dialogue.errors import ProjectError
    from dialogue.stories.story_files import read_stories, responses_of
    from dialogue.stories.story_runs import hold_all
    from server.artifacts import assistant_project
    from server.bootstrap import open_tested

    if project:
        settings = replace(settings, paths=replace(settings.paths, assistant=str(project.resolve())))
    chosen = assistant_project(settings)
    found = [story for path in stories or (chosen.folder,) for story in read_stories(path)]
    if not found:
        raise ProjectError(f"{chosen.folder} has no test conversations: write them into tests/ or e2e_tests/")
    with open_tested(settings, trial) as (assistant, as_text):
        return hold_all(found, assistant, as_text, responses_of(chosen))


def _report(outcomes: "Sequence[Outcome]", junit: Path | None, picture: Path | None, *, as_json: bool) -> None:
    """Write the files that are asked for, and print what came of the conversations."""
    import json

    from dialogue.stories import story_reports

    if junit:
        junit.write_text(story_reports.as_junit(outcomes), encoding="utf-8")
    if picture:
        from server.trials.story_picture import draw_stories

        draw_stories(outcomes, picture)
    lines = story_reports.lines(outcomes)
    print(json.dumps(story_reports.as_json(outcomes), indent=1) if as_json else "\n".join(lines))
