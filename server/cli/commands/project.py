"""`heedful validate` and `train`: what is done with a Rasa project."""

import sys
from typing import Annotated

import typer

from server.cli.arguments import Config, Data, Domain, Pipeline, ProjectFolder, Set, project_of, read_settings


def validate_cli(
    project: ProjectFolder = None,
    data: Data = None,
    domain: Domain = None,
    pipeline: Pipeline = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Find what is wrong with a Rasa project's files and examples; each finding says where, and the cure."""
    import json

    from tqdm import tqdm

    from server.cli import project_validation

    settings = read_settings(config, flags)
    chosen = project_of(settings, project, data, domain, pipeline)
    with tqdm(bar_format="{desc} {elapsed}", leave=False, disable=not sys.stderr.isatty()) as bar:
        findings = project_validation.validate(settings, chosen, bar.set_description)
    as_text, as_dicts = project_validation.as_text(findings), project_validation.as_json(findings)
    print(json.dumps(as_dicts, indent=1) if as_json else "\n".join(as_text))
    raise typer.Exit(1 if project_validation.is_failed(findings, strict) else 0)


def train_cli(
    project: ProjectFolder = None,
    data: Data = None,
    domain: Domain = None,
    pipeline: Pipeline = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Train a Rasa project from its YAML: what nothing has changed for is not trained again."""
    from server.building import train
    from server.cli.progress import Bars

    settings = read_settings(config, flags)
    chosen = project_of(settings, project, data, domain, pipeline)
    with Bars() as progress:
        print(train(settings, chosen, progress))
