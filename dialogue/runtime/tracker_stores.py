"""Rasa's store of trackers over a log of events: a turn reads nothing again and adds what is new."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Protocol

from dialogue.quiet import quiet_imports
from dialogue.runtime.live_tracker import LiveTracker

with quiet_imports():
    from rasa.core.tracker_store import TrackerStore
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
        """Add events to a conversation, or drop them all."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        ...

    def branch(self, conversation_id: str) -> object:
        """Open a conversation whose events are kept until it is forgotten, and no longer; returns its version."""
        ...

    def conversation_ids(self) -> Iterable[str]:
        """Return the ids of all conversations."""
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
        version = self._log.version(live.sender_id)
        if goes_on and version is not None:  # without a version, the log has not taken it
            self._keep(live.sender_id, version, live.copy())
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

    def set_aside(self, conversation_id: str) -> None:
        """Hold the conversation's tracker ready no longer; it is read again if the conversation goes on."""
        self._live.pop(conversation_id, None)

    async def branch(self, origin_id: str, conversation_id: str) -> None:
        """Let a conversation that is soon forgotten begin where another one is now."""
        tracker = await self.retrieve(origin_id)
        version = self._log.branch(conversation_id)
        if tracker is not None:
            tracker.sender_id = conversation_id
            self._keep(conversation_id, version, tracker)


def _starts_session(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME
