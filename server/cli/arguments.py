"""The arguments that several commands share, and what they become."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from dialogue.project.rasa_project import Project
    from server.settings import Settings

Config = Annotated[Path | None, typer.Option("--config", help="The settings file, else heedful.toml here or above.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Override a setting: --set section.key=value. Repeatable.")
]
ProjectFolder = Annotated[Path | None, typer.Argument(help="A Rasa project; else the assistant of the settings.")]
Data = Annotated[
    list[Path] | None, typer.Option(exists=True, help="This file or folder, not the project's data; repeatable.")
]
Domain = Annotated[Path | None, typer.Option(exists=True, help="Another domain than the project's: a file or folder.")]
Pipeline = Annotated[Path | None, typer.Option(exists=True, help="Another config.yml than the project's.")]
Maps = Annotated[
    list[Path] | None, typer.Option("--map", help="A column map for files with foreign columns. Repeatable.")
]
SpokenReply = Annotated[Path, typer.Option(help="Where the spoken reply is written.")]
Url = Annotated[str, typer.Option(help="The server's address.")]
ApiKey = Annotated[str, typer.Option(envvar="HEEDFUL_SERVER_API_KEY", help="The server's key.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

DEFAULT_URL = "ws://127.0.0.1:8765/v1/realtime"


def read_settings(config: Path | None, flags: Sequence[str] | None = None) -> "Settings":
    """Read the settings from the file, the environment and the values of `--set`; raises SettingsError."""
    from server.settings import load_settings

    return load_settings(config, flags=flags or ())


def project_of(
    settings: "Settings", folder: Path | None, data: list[Path] | None, domain: Path | None, pipeline: Path | None
) -> "Project":
    """Return the Rasa project that the arguments name; the assistant of the settings has what they leave open."""
    from dialogue.project.rasa_project import Project

    return Project.at(folder or settings.path(settings.paths.assistant), pipeline, domain, data or ())


def settle_in(settings: "Settings", project: Path | None) -> "Settings":
    """Make a project's folder the working folder, as Rasa's own commands have it, and its assistant the one to run.

    Its actions may read files there. None: the project of the settings.

    Raises:
        ProjectError: there is no such folder.
    """
    from dialogue.errors import ProjectError
    from server.artifacts import assistant_project

    server = replace(
        settings.server,
        keys_file=_placed(settings.server.keys_file),
        tls_certificate=_placed(settings.server.tls_certificate),
        tls_key=_placed(settings.server.tls_key),
    )
    paths = replace(settings.paths, assistant=str(project.resolve())) if project else settings.paths
    settings = replace(settings, server=server, paths=paths)
    folder = assistant_project(settings).folder
    if folder.is_dir():
        os.chdir(folder)
    elif project:
        raise ProjectError(f"there is no folder {folder}: name that of a Rasa project")
    return settings


def _placed(file: str) -> str:
    """Return a path as it stays when the working folder changes; empty where none is named."""
    return str(Path(file).absolute()) if file else ""


@contextmanager
def wrong_usage(kind: type[Exception]) -> Iterator[None]:
    """Report an error of this kind as wrong usage of the command, which ends with exit status 2."""
    try:
        yield
    except kind as error:
        raise typer.BadParameter(str(error)) from error


def end_with(failures: Sequence[str]) -> NoReturn:
    """Print each failure on stderr and end the command: with exit status 1 if there is one, else 0."""
    for failure in failures:
        print(f"heedful: {failure}", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)
