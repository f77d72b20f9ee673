"""`heedful keys`: make, list and revoke the keys of the server."""

from typing import TYPE_CHECKING, Annotated

import typer

from server.access.keys import KeyLimits, Scope
from server.cli.arguments import Config, Set, read_settings, wrong_usage

if TYPE_CHECKING:
    from server.access.key_file import KeyFile

Name = Annotated[str, typer.Argument(help="Who or what it is for.")]


def add_cli(
    name: Name,
    scopes: Annotated[list[Scope] | None, typer.Option("--scope", help="What it opens; again for more.")] = None,
    sessions: Annotated[int | None, typer.Option(help="Connections at a time.")] = None,
    turns_per_minute: Annotated[int | None, typer.Option(help="Responses that begin within a minute.")] = None,
    audio_minutes_per_hour: Annotated[float | None, typer.Option(help="Speech that is recognised.")] = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Make a key and print it: only its hash is kept, so it is shown this once."""
    with wrong_usage(ValueError):
        limits = KeyLimits(
            sessions=sessions, turns_per_minute=turns_per_minute, audio_minutes_per_hour=audio_minutes_per_hour
        )
    print(_file(config, flags).add(name, frozenset(scopes or [Scope.TALK]), limits))


def list_cli(config: Config = None, flags: Set = None) -> None:
    """List the keys: name, scopes, limits, and the day on which each was made."""
    for key in _file(config, flags).read():
        limits = {
            "sessions": key.limits.sessions,
            "turns a minute": key.limits.turns_per_minute,
            "minutes of speech an hour": key.limits.audio_minutes_per_hour,
        }
        bounds = ", ".join(f"{value:g} {name}" for name, value in limits.items() if value is not None)
        scopes = ",".join(sorted(scope.value for scope in key.scopes))
        print(f"{key.id}  {key.created}  {key.name}  {scopes}  {bounds or 'no limits'}")


def revoke_cli(name: Name, config: Config = None, flags: Set = None) -> None:
    """Remove a key. A server that runs notices it with the next connection; sessions that are open go on."""
    _file(config, flags).revoke(name)
    print(f"{name} is revoked")


def _file(config: "Config", flags: "Set") -> "KeyFile":
    from pathlib import Path

    from server.access.key_file import KeyFile

    return KeyFile(Path(read_settings(config, flags).server.keys_file))
