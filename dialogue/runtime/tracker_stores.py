"""Where conversations are kept, in memory or in an SQLite file: a turn reads nothing again and adds what is new."""

import itertools
import json
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.live_tracker import LiveTracker

with quiet_imports():
    import sqlalchemy
    from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
    from rasa.shared.core.constants import ACTION_SESSION_START_NAME
    from rasa.shared.core.events import ActionExecuted, Event, deserialise_events
    from rasa.shared.core.trackers import DialogueStateTracker

MOST_LIVE = 256
"""Conversations whose trackers are held ready; the others are read again when they go on."""


class EventLog(Protocol):
    """The events of all conversations; any model may add to it."""

    def version(self, conversation_id: str) -> object:
        """Return what changes when an event is added, and never comes back; None without any event."""
        ...

    def read(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the events since the latest start of a session, in order."""
        ...

    def add(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        """Add events to a conversation."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        ...

    def conversation_ids(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class LiveTrackerStore(TrackerStore):
    """Keeps a tracker for each conversation and adds new events to a log; for one model, since a tracker has its slots.

    What it returns is a copy: a turn that fails, or is given up, leaves the conversation as it was saved.
    """

    def __init__(self, log: EventLog, most_live: int = MOST_LIVE) -> None:
        super().__init__(None)
        self._log = log
        self._most_live = most_live
        self._live: OrderedDict[str, tuple[object, LiveTracker]] = OrderedDict()

    def init_tracker(self, sender_id: str) -> LiveTracker:
        """Return the tracker of a conversation that begins."""
        return LiveTracker(sender_id, self.domain.slots)

    async def retrieve(self, sender_id: str) -> LiveTracker | None:
        """Return the conversation's tracker since its latest start of a session; None where there is none."""
        version = self._log.version(sender_id)
        known, tracker = self._live.get(sender_id, (None, None))
        if version is None:
            self._live.pop(sender_id, None)
            return None
        if tracker is None or known != version:
            tracker = self._read(sender_id)
        self._keep(sender_id, version, tracker)
        return tracker.copy()

    def _read(self, sender_id: str) -> LiveTracker:
        tracker = self.init_tracker(sender_id)
        for event in deserialise_events(self._log.read(sender_id)):
            tracker.update(event)
        tracker.saved = len(tracker.events)
        return tracker

    def _keep(self, sender_id: str, version: object, tracker: LiveTracker) -> None:
        self._live[sender_id] = version, tracker
        self._live.move_to_end(sender_id)
        if len(self._live) > self._most_live:
            self._live.popitem(last=False)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the events that are new to the log."""
        await self.stream_events(tracker)
        live = tracker if isinstance(tracker, LiveTracker) else await self._made_live(tracker)
        new = [live.events[number] for number in range(live.saved, len(live.events))]
        if new:
            self._log.add(live.sender_id, [event.as_dict() for event in new])
        goes_on = not (live.saved and any(map(_starts_session, new)))
        live.saved = len(live.events)
        if goes_on:
            self._keep(live.sender_id, self._log.version(live.sender_id), live.copy())
        else:  # Rasa forgets at the next turn what was before the session: it is read again
            self._live.pop(live.sender_id, None)

    async def _made_live(self, tracker: DialogueStateTracker) -> LiveTracker:
        """Return one of ours for one of Rasa's, which makes its own for a conversation that begins."""
        known = await self.retrieve(tracker.sender_id)
        live = self.init_tracker(tracker.sender_id)
        for event in tracker.events:
            live.update(event)
        live.saved = known.saved if known is not None else 0
        return live

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        return self._log.conversation_ids()

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        self._live.pop(conversation_id, None)
        self._log.forget(conversation_id)


class MemoryLog:
    """Events as JSON texts in memory; those before the latest start of a session are dropped."""

    def __init__(self) -> None:
        self._events: dict[str, list[str]] = {}
        self._versions: dict[str, int] = {}
        self._additions = itertools.count(1)

    def version(self, conversation_id: str) -> int | None:
        """Return the number of the conversation's latest addition."""
        return self._versions.get(conversation_id)

    def read(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the events since the latest start of a session."""
        return [json.loads(event) for event in self._events.get(conversation_id, ())]

    def add(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        """Add events to a conversation."""
        texts = [json.dumps(event) for event in events]
        kept = self._events.setdefault(conversation_id, [])
        for event, text in zip(events, texts, strict=True):
            if event["event"] == ActionExecuted.type_name and event.get("name") == ACTION_SESSION_START_NAME:
                kept.clear()
            kept.append(text)
        self._versions[conversation_id] = next(self._additions)

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        self._events.pop(conversation_id, None)
        self._versions.pop(conversation_id, None)

    def conversation_ids(self) -> list[str]:
        """Return the ids of all conversations."""
        return list(self._events)

    def close(self) -> None:
        """Keep all: other models may go on with it."""


class SQLiteLog:
    """Events in an SQLite file, in the table that Rasa keeps them in, so that either may go on with it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with quiet_prints():
            self._store = SQLTrackerStore(dialect="sqlite", db=str(path))
        self._row = SQLTrackerStore.SQLEvent
        self._forgotten = 0

    def version(self, conversation_id: str) -> tuple[int, int] | None:
        """Return the id of the conversation's latest row; SQLite gives the ids of deleted rows again."""
        with self._store.session_scope() as session:
            latest = session.query(sqlalchemy.func.max(self._row.id)).filter_by(sender_id=conversation_id).scalar()
        return None if latest is None else (self._forgotten, latest)

    def read(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the events since the latest start of a session."""
        with self._store.session_scope() as session:
            rows = session.query(self._row).filter_by(sender_id=conversation_id)
            starts = rows.filter_by(type_name=ActionExecuted.type_name, action_name=ACTION_SESSION_START_NAME)
            first = starts.with_entities(sqlalchemy.func.max(self._row.id)).scalar() or 0
            return [json.loads(row.data) for row in rows.filter(self._row.id >= first).order_by(self._row.id)]

    def add(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        """Add events to a conversation, all or none."""
        rows = [
            {
                "sender_id": conversation_id,
                "type_name": event["event"],
                "timestamp": event.get("timestamp"),
                "intent_name": event.get("parse_data", {}).get("intent", {}).get("name"),
                "action_name": event.get("name"),
                "data": json.dumps(event),
            }
            for event in events
        ]
        with self._store.session_scope() as session:
            session.execute(sqlalchemy.insert(self._row), rows)
            session.commit()

    def forget(self, conversation_id: str) -> None:
        """Delete a conversation."""
        with self._store.session_scope() as session:
            session.query(self._row).filter_by(sender_id=conversation_id).delete()
            session.commit()
        self._forgotten += 1

    def conversation_ids(self) -> list[str]:
        """Return the ids of all conversations."""
        with self._store.session_scope() as session:
            return [conversation_id for (conversation_id,) in session.query(self._row.sender_id).distinct()]

    def close(self) -> None:
        """Close the connections to the file."""
        self._store.engine.dispose()


def _starts_session(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME
