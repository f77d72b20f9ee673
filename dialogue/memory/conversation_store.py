"""The one store of conversations: what each said and what the dialogue made of it, finished turn by finished turn.

A conversation that is open in a session writes a turn as a whole: the events of its tracker wait in memory until the
turn ends, and are then written in one transaction with the items. So a crash leaves the last finished turn, never half
of one.
"""

import itertools
import json
import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from dialogue.errors import ConversationFileError
from dialogue.memory.database import open_database
from dialogue.options import DialogueOptions

_DAY_SECONDS = 86_400
_STARTS_SESSION = "action_session_start"


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item as it is kept: `data` is its JSON, None once it is deleted; `previous_id` names the item before it."""

    id: str
    previous_id: str | None
    data: str | None


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """What is known of a conversation without its contents; times in seconds since 1970."""

    id: str
    user: str | None
    created: float
    updated: float
    turns: int
    bytes: int


@dataclass(slots=True)
class _Open:
    """A conversation that is open in a session, with the events that wait for the end of their turn."""

    user: str | None = None
    token_hash: bytes | None = None
    waiting: list[tuple[Any, ...]] = field(default_factory=list)
    gone: int = 0  # events that have waited and wait no longer
    is_written: bool = False
    is_branch: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be written: the events up to one of that number since the opening, and the items that have changed.

    `ended`: how many turns have ended; with none, items alone have changed since.
    """

    conversation_id: str
    events_until: int
    items: tuple[ItemRecord, ...]
    ended: int


class ConversationStore:
    """Conversations in an SQLite file, or in memory where `path` is None. Thread-safe.

    Every method raises ConversationFileError for a file that cannot be read or written. In memory, the conversations
    that are not open are bounded: the oldest go beyond `kept` of them or `kept_bytes`. Those that were not used for
    `retention_days` go always. `keeps_unopened`: what is added to a conversation that no session holds is written, too;
    a server turns it off, since that comes from turns whose session has ended.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        retention_days: float = math.inf,
        kept: int = 1000,
        kept_bytes: int = 32 * 2**20,
        now: Callable[[], float] = time.time,
        keeps_unopened: bool = True,
    ) -> None:
        self._database = open_database(path)
        self._lock = threading.RLock()
        self._in_memory = path is None
        self._place = path or "memory"
        self._retention_seconds = retention_days * _DAY_SECONDS
        self._kept, self._kept_bytes, self._now = kept, kept_bytes, now
        self._keeps_unopened = keeps_unopened
        self._open: dict[str, _Open] = {}
        self._versions: dict[str, int] = {}
        self._additions = itertools.count(1)

    @classmethod
    def of(cls, options: DialogueOptions, *, keeps_unopened: bool = True) -> Self:
        """Open the store that the settings name."""
        return cls(
            options.tracker_path,
            retention_days=options.retention_days,
            kept=options.kept_conversations,
            kept_bytes=options.kept_conversation_bytes,
            keeps_unopened=keeps_unopened,
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._errors_named(), self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield self._database

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a query of this room's."""
        with self._errors_named(), self._lock:
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ConversationFileError(
                f"the conversations in {self._place} cannot be read or written: {error}"
            ) from error

    # Events of the trackers ----------------------------------------------------------------------------------------

    def version(self, conversation_id: str) -> int | None:
        """Return what changes when an event is added, and never comes back; None without any event."""
        known = self._versions.get(conversation_id)
        if known is not None or conversation_id in self._open:
            return known
        if not self.rows("SELECT 1 FROM events WHERE sender_id = ? LIMIT 1", conversation_id):
            return None
        return self._new_version(conversation_id)

    def _new_version(self, conversation_id: str) -> int:
        self._versions[conversation_id] = version = next(self._additions)
        return version

    def read(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the events since the latest start of a session, those that wait included."""
        with self._lock:
            waiting = [row[-1] for row in self._waiting(conversation_id)]
            written = self.rows(
                "SELECT data FROM events WHERE sender_id = ?1 AND id >= (SELECT coalesce(max(id), 0) FROM events WHERE "
                "sender_id = ?1 AND type_name = 'action' AND action_name = ?2) ORDER BY id",
                conversation_id,
                _STARTS_SESSION,
            )
        events = [json.loads(text) for text in (*(text for (text,) in written), *waiting)]
        starts = [at for at, event in enumerate(events) if _starts_session(event)]
        return events[starts[-1] if starts else 0 :]

    def _waiting(self, conversation_id: str) -> list[tuple[Any, ...]]:
        opened = self._open.get(conversation_id)
        return list(opened.waiting) if opened else []

    def add(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        """Add events, all or none: with the turn where the conversation is open, else at once or not at all.

        Where it is open, this does not wait for the disk, which may be busy with the turn of another conversation.
        """
        rows = [_event_row(conversation_id, event) for event in events]
        if opened := self._open.get(conversation_id):
            opened.waiting.extend(rows)
        elif self._keeps_unopened:
            with self._transaction() as database:
                _insert_events(database, rows)
        else:
            self._versions.pop(conversation_id, None)
            return
        self._new_version(conversation_id)

    def branch(self, conversation_id: str) -> int:
        """Open a conversation whose events are never written, until it is forgotten; returns its version."""
        self._open[conversation_id] = _Open(is_branch=True)
        return self._new_version(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Delete a conversation with all that is kept of it."""
        opened = self._open.get(conversation_id)
        if opened is not None and opened.is_branch:
            del self._open[conversation_id]
        else:
            with self._lock:
                if opened is not None:
                    _drop_waiting(opened, len(opened.waiting))
                self.delete([conversation_id])
        self._versions.pop(conversation_id, None)

    def conversation_ids(self) -> list[str]:
        """Return the ids of all conversations that have events."""
        with self._lock:
            waiting = (name for name, opened in self._open.items() if opened.waiting and not opened.is_branch)
            written = (name for (name,) in self.rows("SELECT DISTINCT sender_id FROM events"))
            return list(dict.fromkeys((*written, *waiting)))

    # Sessions ------------------------------------------------------------------------------------------------------

    def token_hash(self, conversation_id: str) -> bytes | None:
        """Return the hash of the conversation's resume token; None where it has none, is unknown or has expired."""
        rows = self.rows(
            "SELECT token_hash FROM heedful_conversations WHERE id = ? AND updated >= ?",
            conversation_id,
            self._oldest_kept(),
        )
        token_hash: bytes | None = rows[0][0] if rows else None
        return token_hash

    def open(self, conversation_id: str, token_hash: bytes | None = None, user: str | None = None) -> list[ItemRecord]:
        """Open a conversation in a session, a new one where there is none; returns its items, in order.

        `user` becomes its owner where it has none. A new one is written with its first turn.
        """
        with self._lock:
            known = self.rows("SELECT user FROM heedful_conversations WHERE id = ?", conversation_id)
            owner = known[0][0] if known and known[0][0] is not None else user
            if self.version(conversation_id) is not None:
                self._new_version(conversation_id)
            self._open[conversation_id] = _Open(owner, token_hash, is_written=bool(known))
            return self.items(conversation_id)

    def items(self, conversation_id: str) -> list[ItemRecord]:
        """Return the items of a conversation, in order."""
        rows = self.rows("SELECT id, previous_id, data FROM heedful_items WHERE conversation_id = ?", conversation_id)
        after = {previous_id: ItemRecord(item_id, previous_id, data) for item_id, previous_id, data in rows}
        ordered: list[ItemRecord] = []
        while (following := after.pop(ordered[-1].id if ordered else None, None)) is not None:
            ordered.append(following)
        return [*ordered, *after.values()]

    def turn(self, conversation_id: str, items: Iterable[ItemRecord], *, ends: bool) -> Turn:
        """Put together what `write` writes: the events up to now, and these items. Never waits."""
        opened = self._open.get(conversation_id)
        events_until = opened.gone + len(opened.waiting) if opened else 0
        return Turn(conversation_id, events_until, tuple(items), int(ends))

    def write(self, turn: Turn) -> None:
        """Write a turn, the whole or nothing; a conversation that was deleted meanwhile stays deleted.

        Where nothing has changed, nothing is written. What raises can be tried again.
        """
        with self._lock:
            opened = self._open.get(turn.conversation_id)
            if opened is None or opened.is_branch:
                return
            events = opened.waiting[: max(0, turn.events_until - opened.gone)]
            if not (turn.ended or turn.items or events):
                return
            with self._transaction() as database:
                kept = self._write_conversation(database, opened, turn)
                if kept:
                    _insert_events(database, events)
                    _write_items(database, turn)
            opened.is_written |= kept
            _drop_waiting(opened, len(events))

    def _write_conversation(self, database: sqlite3.Connection, opened: _Open, turn: Turn) -> bool:
        now = self._now()
        if not opened.is_written:
            values = (turn.conversation_id, opened.user, opened.token_hash, now, now, turn.ended)
            database.execute(
                "INSERT INTO heedful_conversations (id, user, token_hash, created, updated, turns) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            return True
        changed = database.execute(
            "UPDATE heedful_conversations SET updated = ?, turns = turns + ?, user = coalesce(user, ?) WHERE id = ?",
            (now, turn.ended, opened.user, turn.conversation_id),
        )
        return changed.rowcount == 1

    def close_conversation(self, conversation_id: str) -> list[str]:
        """Let go of a conversation whose session has ended; returns the ids of those that are no longer kept.

        One in which nothing was said is not kept.
        """
        with self._lock:
            opened = self._open.pop(conversation_id, None)
            self._versions.pop(conversation_id, None)
            if opened is None:
                return []
            if not opened.is_written:
                self.delete([conversation_id])
                return [conversation_id]
            size = (
                "SELECT (SELECT coalesce(sum(length(data)), 0) FROM events WHERE sender_id = ?1) + "
                "(SELECT coalesce(sum(length(data)), 0) FROM heedful_items WHERE conversation_id = ?1)"
            )
            self.rows(f"UPDATE heedful_conversations SET bytes = ({size}) WHERE id = ?1", conversation_id)
            return self.expire()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    # Retention -----------------------------------------------------------------------------------------------------

    def _oldest_kept(self) -> float:
        return self._now() - self._retention_seconds

    def expire(self) -> list[str]:
        """Delete what has been kept for long enough, and in memory what is too much; returns the ids.

        Conversations that are open stay.
        """
        with self._lock:
            rows = self.rows("SELECT id FROM heedful_conversations WHERE updated < ?", self._oldest_kept())
            expired = [name for (name,) in rows if name not in self._open]
            self.delete(expired)
            return expired + (self._make_room() if self._in_memory else [])

    def _make_room(self) -> list[str]:
        rows = self.rows("SELECT id, bytes FROM heedful_conversations ORDER BY updated DESC, rowid DESC")
        closed = [(name, size) for name, size in rows if name not in self._open]
        sums = itertools.accumulate(size for _, size in closed)
        fitting = sum(total <= self._kept_bytes for total in itertools.islice(sums, self._kept))
        dropped = [name for name, _ in closed[fitting:]]
        self.delete(dropped)
        return dropped

    def delete(self, conversation_ids: Sequence[str]) -> int:
        """Delete conversations; returns how many of them were kept."""
        if not conversation_ids:
            return 0
        names = [(name,) for name in conversation_ids]
        with self._transaction() as database:
            database.executemany("DELETE FROM events WHERE sender_id = ?", names)
            database.executemany("DELETE FROM heedful_items WHERE conversation_id = ?", names)
            return database.executemany("DELETE FROM heedful_conversations WHERE id = ?", names).rowcount

    def conversations(self, user: str | None = None) -> list[ConversationRecord]:
        """List the conversations that have a finished turn, the latest first; those of one user where one is named."""
        rows = self.rows(
            "SELECT id, user, created, updated, turns, bytes FROM heedful_conversations "
            "WHERE ?1 IS NULL OR user = ?1 ORDER BY updated DESC, rowid DESC",
            user,
        )
        return [ConversationRecord(*row) for row in rows]


def _starts_session(event: dict[str, Any]) -> bool:
    return event["event"] == "action" and event.get("name") == _STARTS_SESSION


def _drop_waiting(opened: _Open, count: int) -> None:
    del opened.waiting[:count]
    opened.gone += count


def _event_row(conversation_id: str, event: dict[str, Any]) -> tuple[Any, ...]:
    intent = event.get("parse_data", {}).get("intent", {}).get("name")
    return conversation_id, event["event"], event.get("timestamp"), intent, event.get("name"), json.dumps(event)


def _insert_events(database: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    database.executemany(
        "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def _write_items(database: sqlite3.Connection, turn: Turn) -> None:
    name = turn.conversation_id
    database.executemany(
        "DELETE FROM heedful_items WHERE conversation_id = ? AND id = ?", [(name, item.id) for item in turn.items]
    )
    database.executemany(
        "INSERT INTO heedful_items (conversation_id, id, previous_id, data) VALUES (?, ?, ?, ?)",
        [(name, item.id, item.previous_id, item.data) for item in turn.items if item.data is not None],
    )
