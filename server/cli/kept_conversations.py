"""What `heedful conversations` reads from the file of the conversations, and how it is printed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

from dialogue.memory.conversation_store import ConversationRecord, ConversationStore
from server.defaults import dialogue_options
from server.settings import Settings, SettingsError


class UnknownConversation(Exception):
    """There is no such conversation; the message names it."""


@contextmanager
def opened(settings: Settings) -> Iterator[ConversationStore]:
    """Open the file that the settings name.

    Raises:
        SettingsError: none is named, or there is none yet.
        ConversationFileError: it is damaged.
    """
    options = dialogue_options(settings)
    if options.tracker_path is None:
        raise SettingsError("no file keeps the conversations: set dialogue.tracker_path")
    if not options.tracker_path.is_file():
        raise SettingsError(f"dialogue.tracker_path: there is no file {options.tracker_path} yet")
    with closing(ConversationStore.of(options)) as store:
        yield store


def chosen(store: ConversationStore, ids: Sequence[str], user: str | None) -> list[str]:
    """Return the ids of the conversations to delete.

    Raises:
        ValueError: neither ids nor a user are named, or both.
    """
    if bool(ids) == bool(user):
        raise ValueError("name conversations by their ids, or a user with --user")
    return list(ids) or [record.id for record in store.conversations(user)]


def items_of(store: ConversationStore, conversation_id: str) -> list[str]:
    """Return the items of a conversation as JSON texts.

    Raises:
        UnknownConversation: there is none of that id.
    """
    if all(record.id != conversation_id for record in store.conversations()):
        raise UnknownConversation(f"there is no conversation {conversation_id!r}: `heedful conversations list`")
    return [json.dumps(json.loads(record.data or "{}")["item"]) for record in store.items(conversation_id)]


def lines_of(items: Sequence[str]) -> Iterator[str]:
    """Write each message as a line: its role and what was said."""
    for item in map(json.loads, items):
        said = [part.get("text") or part.get("transcript") or f"[{part['type']}]" for part in item.get("content", ())]
        about = " ".join(said) if said else json.dumps(item.get("arguments") or item.get("output") or "")
        yield f"{item.get('role') or item['type']}: {about}"


def as_table(records: Sequence[ConversationRecord]) -> Iterator[str]:
    """Write one line a conversation: its id, its user, the time of its last turn, and how many turns it has."""
    for record in records:
        at = datetime.fromtimestamp(record.updated, UTC).strftime("%Y-%m-%d %H:%M:%S")
        yield f"{record.id:32} {record.user or '-':20} {at} {record.turns:6} turns"


def json_lines(records: Sequence[ConversationRecord]) -> Iterator[str]:
    """Write each conversation as JSON."""
    return (json.dumps(asdict(record)) for record in records)
