"""`heedful conversations`: list, show, delete and expire what is kept of conversations."""

from typing import Annotated

import typer

from server.cli.arguments import AsJson, Config, Set, read_settings, wrong_usage

User = Annotated[str | None, typer.Option(help="The conversations of this user, as the client named it.")]


def list_cli(user: User = None, as_json: AsJson = False, config: Config = None, flags: Set = None) -> None:
    """List the conversations that are kept, the latest first."""
    from server.cli.kept_conversations import as_table, json_lines, opened

    with opened(read_settings(config, flags)) as store:
        records = store.conversations(user)
    for line in json_lines(records) if as_json else as_table(records):
        print(line)


def show_cli(
    conversation: Annotated[str, typer.Argument(help="Its id.")],
    as_json: AsJson = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Print what was said in a conversation."""
    from server.cli.kept_conversations import items_of, lines_of, opened

    with opened(read_settings(config, flags)) as store:
        items = items_of(store, conversation)
    for line in items if as_json else lines_of(items):
        print(line)


def delete_cli(
    conversations: Annotated[list[str] | None, typer.Argument(help="Their ids.", metavar="ID...")] = None,
    user: User = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Delete conversations with all that is kept of them: those named, or all of a user."""
    from server.cli.kept_conversations import chosen, opened

    with opened(read_settings(config, flags)) as store, wrong_usage(ValueError):
        print(f"{store.delete(chosen(store, conversations or (), user))} deleted")


def expire_cli(config: Config = None, flags: Set = None) -> None:
    """Delete the conversations that were not used for [dialogue] retention_days."""
    from server.cli.kept_conversations import opened

    with opened(read_settings(config, flags)) as store:
        print(f"{len(store.expire())} deleted")
