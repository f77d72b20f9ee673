"""What stores keep, and how much they write and read for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.memory.conversation_store import ConversationStore
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.tracker_stores import EventLog, LiveTrackerStore

with quiet_imports():
    from rasa.core.tracker_store import SQLTrackerStore
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

pytestmark = pytest.mark.heavy

with quiet_prints():
    DOMAIN = Domain.from_dict(
        {"intents": ["greet"], "slots": {"colour": {"type": "text", "mappings": [{"type": "custom"}]}}}
    )


class CountingLog:
    """A log that knows what was asked of it."""

    def __init__(self, log: EventLog) -> None:
        self.added: list[int] = []
        self.read_events = 0
        self._log = log

    def read(self, conversation_id: str) -> list[dict[str, Any]]:
        events = self._log.read(conversation_id)
        self.read_events += len(events)
        return events

    def add(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        self.added.append(len(events))
        self._log.add(conversation_id, events)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


NewLog = Callable[[], EventLog]


@pytest.fixture(params=["memory", "file"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CountingLog]:
    log = CountingLog(ConversationStore(None if request.param == "memory" else tmp_path / "new" / "trackers.db"))
    yield log
    log.close()


def store_of(log: EventLog, most_live: int = 8) -> LiveTrackerStore:
    store = LiveTrackerStore(log, most_live)
    store.domain = DOMAIN
    return store


def turn(colour: str) -> list[Event]:
    return [UserUttered("x", {"name": "greet"}), SlotSet("colour", colour), ActionExecuted("action_listen")]


SESSION = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


async def take(store: LiveTrackerStore, events: list[Event], conversation_id: str = "me") -> None:
    """Take a turn with these events."""
    tracker = await store.get_or_create_tracker(conversation_id)
    for event in events:
        tracker.update(event)
    await store.save(tracker)


async def colour(store: LiveTrackerStore, conversation_id: str = "me") -> object:
    tracker = await store.retrieve(conversation_id)
    return tracker and tracker.get_slot("colour")


async def test_each_turn_writes_its_own_events_and_reads_none(log: CountingLog) -> None:
    store = store_of(log)
    for _ in range(20):
        await take(store, turn("red"))
    assert log.added == [1] + [3] * 20  # the first: to listen
    assert log.read_events == 0
    assert len((await store.get_or_create_tracker("me")).events) == 61


async def test_a_conversation_goes_on_in_another_store_and_back_again(log: CountingLog) -> None:
    first, second = store_of(log), store_of(log)
    await take(first, turn("red"))
    await take(second, turn("blue"))
    assert await colour(first) == "blue"
    await take(first, turn("green"))
    assert await colour(second) == "green"


async def test_what_was_not_saved_is_not_kept(log: CountingLog) -> None:
    store = store_of(log)
    await take(store, turn("red"))
    tracker = await store.get_or_create_tracker("me")
    for event in turn("blue"):
        tracker.update(event)
    assert await colour(store) == "red"


async def test_a_forgotten_conversation_begins_again_in_all_stores(log: CountingLog) -> None:
    first, second = store_of(log), store_of(log)
    await take(first, turn("red"))
    await colour(second)
    first.forget("me")
    assert await second.retrieve("me") is None
    await take(first, turn("blue"))
    assert await colour(second) == "blue"
    assert set(await first.keys()) == {"me"}


async def test_a_new_session_leaves_the_events_before_it_behind(log: CountingLog) -> None:
    store = store_of(log)
    await take(store, [*SESSION, *turn("red")])
    await take(store, [*SESSION, SlotSet("colour", "carried over"), *turn("blue")])
    tracker = await store.get_or_create_tracker("me")
    assert [event.type_name for event in tracker.events][:2] == ["action", "session_started"]
    assert len(tracker.events) == len(SESSION) + 1 + len(turn("blue"))
    await take(store, turn("green"))
    assert await colour(store_of(log)) == "green"


async def test_trackers_beyond_those_held_are_read_again(log: CountingLog) -> None:
    store = store_of(log, most_live=2)
    for conversation_id in ("a", "b", "c"):
        await take(store, turn(conversation_id), conversation_id)
    assert [await colour(store, conversation_id) for conversation_id in ("c", "b", "a")] == ["c", "b", "a"]
    assert log.read_events == 4


async def test_a_file_that_rasa_wrote_goes_on_and_rasa_goes_on_with_ours(tmp_path: Path) -> None:
    path = tmp_path / "trackers.db"
    with quiet_prints():
        theirs = SQLTrackerStore(DOMAIN, db=str(path))
    tracker = await theirs.get_or_create_tracker("me")
    for event in (*SESSION, *turn("red")):
        tracker.update(event)
    await theirs.save(tracker)
    ours = store_of(ConversationStore(path))
    assert await colour(ours) == "red"
    await take(ours, turn("blue"))
    again = await theirs.retrieve("me")
    assert (again.get_slot("colour"), again.latest_message.text) == ("blue", "x")
    theirs.engine.dispose()


async def test_a_tracker_of_rasa_s_own_is_saved_as_well(log: CountingLog) -> None:
    store = store_of(log)
    tracker = DialogueStateTracker("me", DOMAIN.slots)
    await store.save(tracker)
    for text in ("red", "blue"):
        for event in turn(text):
            tracker.update(event)
        await store.save(tracker)
        assert await colour(store) == text
    assert log.added == [3, 3]


async def test_a_branch_begins_where_its_origin_is_and_changes_nothing_there(log: CountingLog) -> None:
    store = store_of(log)
    await take(store, turn("red"))
    await store.branch("me", "aside")
    assert await colour(store, "aside") == "red"
    await take(store, turn("blue"), "aside")
    assert (await colour(store, "aside"), await colour(store)) == ("blue", "red")
    assert log.read_events == 0
    store.forget("aside")
    assert await store.retrieve("aside") is None
    await store.branch("nobody", "other")
    assert await colour(store, "other") is None


async def test_a_conversation_set_aside_is_read_again(log: CountingLog) -> None:
    store = store_of(log)
    await take(store, turn("red"))
    await colour(store)
    assert log.read_events == 0
    store.set_aside("me")
    assert await colour(store) == "red"
    assert log.read_events == 4
