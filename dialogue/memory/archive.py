"""What is kept of conversations, for who looks after the assistant: pages, turns, and what was not understood.

Nothing here changes a conversation. What waits for the end of its turn is not shown.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dialogue.memory.conversation_store import ConversationRecord, ConversationStore

_NOT_A_SLOT = "requested_slot"  # which question of a form is open
_SILENT = ("action_listen", "action_session_start")


@dataclass(slots=True)
class KeptTurn:
    """What a user said, how it was understood, and what followed; the text is empty where the assistant began.

    `at` in seconds since 1970. `confidence` from 0 to 1. `slots`: what was set, as Rasa keeps it.
    """

    at: float
    text: str = ""
    intent: str | None = None
    confidence: float = 0.0
    entities: list[tuple[str, str]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A text that the model was not sure of or found out of scope, and what was replied; `at` in seconds since 1970."""

    conversation_id: str
    at: float
    text: str
    reply: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a client was shown it: cut off where a reply was interrupted."""

    role: str
    text: str


def page(store: ConversationStore, count: int, after: str | None = None) -> list[ConversationRecord]:
    """List `count` conversations that have a finished turn, the latest first, from behind the one named `after`.

    Empty where that one is no longer kept.
    """
    rows = store.rows(
        "SELECT id, user, created, updated, turns, bytes FROM heedful_conversations WHERE ?1 IS NULL OR "
        "(updated, rowid) < (SELECT updated, rowid FROM heedful_conversations WHERE id = ?1) "
        "ORDER BY updated DESC, rowid DESC LIMIT ?2",
        after,
        count,
    )
    return [ConversationRecord(*row) for row in rows]


def count(store: ConversationStore) -> int:
    """Count the conversations that have a finished turn."""
    number: int = store.rows("SELECT count(*) FROM heedful_conversations")[0][0]
    return number


def turns_of(store: ConversationStore, conversation_id: str) -> list[KeptTurn]:
    """Return the turns of a conversation in order; none where it is not kept."""
    rows = store.rows("SELECT data FROM events WHERE sender_id = ? ORDER BY id", conversation_id)
    return _turns(json.loads(data) for (data,) in rows)


def said_in(store: ConversationStore, conversation_id: str) -> list[Said]:
    """Return the messages of a conversation in order; none where it is not kept."""
    items = (json.loads(record.data or "{}")["item"] for record in store.items(conversation_id))
    messages = ((item.get("role") or "", item["content"]) for item in items if item.get("content"))
    said = (Said(role, " ".join(filter(None, map(_words_of, parts)))) for role, parts in messages)
    return [message for message in said if message.text]


def not_understood(store: ConversationStore, count: int) -> list[NotUnderstood]:
    """List the latest `count` texts that were not understood, the latest first: by their intent, or what was done next.

    A text whose intent and action both say so is listed once.
    """
    said = (
        "SELECT max(id) FROM events AS said WHERE sender_id = fell.sender_id AND id <= fell.id AND type_name = 'user'"
    )
    fell = (
        "events AS fell INDEXED BY heedful_not_understood "
        "WHERE intent_name IN ('nlu_fallback', 'out_of_scope') OR action_name = 'action_default_fallback'"
    )
    replied = "SELECT min(id) FROM events WHERE sender_id = asked.sender_id AND id > asked.id AND type_name = 'bot'"
    rows = store.rows(
        f"SELECT sender_id, data, (SELECT data FROM events WHERE id = ({replied})) FROM events AS asked "
        f"WHERE id IN (SELECT ({said}) FROM {fell} ORDER BY id DESC LIMIT ?1) ORDER BY id DESC LIMIT ?2",
        2 * count,
        count,
    )
    return [_not_understood(sender, json.loads(said), json.loads(replied or "{}")) for sender, said, replied in rows]


def _turns(events: Iterable[dict[str, Any]]) -> list[KeptTurn]:
    turns = [KeptTurn(0.0)]
    for event in events:
        kind, at, turn = event["event"], event.get("timestamp") or 0.0, turns[-1]
        turn.at = turn.at or at
        if kind == "user":
            turns.append(_begun(event, at))
        elif kind == "slot" and event["name"] != _NOT_A_SLOT:
            turn.slots[event["name"]] = event.get("value")
        elif kind == "action" and event.get("name") and event["name"] not in _SILENT:
            turn.actions.append(event["name"])
        elif kind == "bot" and event.get("text"):
            turn.replies.append(event["text"])
    began = turns[0].actions or turns[0].replies  # before anybody said a word
    return turns if began else turns[1:]


def _not_understood(conversation_id: str, said: dict[str, Any], replied: dict[str, Any]) -> NotUnderstood:
    return NotUnderstood(conversation_id, said.get("timestamp") or 0.0, said["text"] or "", replied.get("text") or "")


def _words_of(part: dict[str, Any]) -> str:
    return part.get("text") or part.get("transcript") or ""


def _begun(event: dict[str, Any], at: float) -> KeptTurn:
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    entities = [(entity["entity"], str(entity.get("value"))) for entity in parsed.get("entities") or ()]
    return KeptTurn(at, event.get("text") or "", intent.get("name"), float(intent.get("confidence") or 0.0), entities)
