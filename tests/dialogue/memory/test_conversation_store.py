"""What a store keeps of conversations, for how long, and what a crash leaves of it."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialogue.errors import ConversationFileError
from dialogue.memory.conversation_store import ConversationStore, ItemRecord

SAID = {"event": "user", "text": "hello", "parse_data": {"intent": {"name": "greet"}}}
START = {"event": "action", "name": "action_session_start"}


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[ConversationStore]:
    path = tmp_path / "conversations.db" if request.param == "file" else None
    store = ConversationStore(path, retention_days=2, now=clock)
    yield store
    store.close()


def item(name: str, previous: str | None = None, text: str = "hello") -> ItemRecord:
    return ItemRecord(name, previous, json.dumps({"text": text}))


def take(store: ConversationStore, name: str, *items: ItemRecord, events: int = 1) -> None:
    store.add(name, [SAID] * events)
    store.write(store.turn(name, items, ends=True))


def names(store: ConversationStore, user: str | None = None) -> list[str]:
    return [kept.id for kept in store.conversations(user)]


def test_a_conversation_goes_on_where_its_last_finished_turn_was(store: ConversationStore) -> None:
    assert store.open("me", b"hash", "ann") == []
    take(store, "me", item("a"), item("b", "a"))
    store.add("me", [SAID])  # of a turn that does not end
    assert len(store.read("me")) == 2
    store.close_conversation("me")
    assert store.token_hash("me") == b"hash"
    assert store.open("me") == [item("a"), item("b", "a")]
    assert len(store.read("me")) == 1
    (kept,) = store.conversations()
    assert (kept.user, kept.turns) == ("ann", 1)
    assert kept.bytes == len(json.dumps(SAID)) + 2 * len(json.dumps({"text": "hello"}))


def test_items_change_move_and_go(store: ConversationStore) -> None:
    store.open("me")
    take(store, "me", item("a"), item("b", "a"), item("c", "b"))
    changed = [ItemRecord("a", None, None), item("d"), item("b", "d", "cut"), item("e", "c")]
    store.write(store.turn("me", changed, ends=False))
    assert [kept.id for kept in store.items("me")] == ["d", "b", "c", "e"]
    assert store.items("me")[1].data == json.dumps({"text": "cut"})
    assert store.conversations()[0].turns == 1


def test_an_item_whose_neighbour_is_missing_is_not_lost(store: ConversationStore) -> None:
    store.open("me")
    take(store, "me", item("a"), item("c", "b"))
    assert [kept.id for kept in store.items("me")] == ["a", "c"]


def test_only_the_events_up_to_the_end_of_a_turn_are_written_with_it(store: ConversationStore) -> None:
    store.open("me")
    store.add("me", [SAID])
    turn = store.turn("me", [item("a")], ends=True)
    store.add("me", [SAID])  # the next turn is quicker than the disk
    store.write(turn)
    store.close_conversation("me")
    assert len(store.read("me")) == 1


def test_what_nobody_opened_is_written_at_once(store: ConversationStore) -> None:
    store.add("alone", [SAID])
    assert store.read("alone") == [SAID]
    assert store.conversation_ids() == ["alone"]
    assert names(store) == []


@pytest.mark.parametrize("turns", [0, 1])
def test_what_comes_after_the_session_has_closed_is_dropped(turns: int) -> None:
    store = ConversationStore(keeps_unopened=False)
    store.open("me")
    if turns:
        take(store, "me")
    store.close_conversation("me")
    store.add("me", [SAID])
    assert len(store.read("me")) == turns
    assert (store.version("me") is None) == (turns == 0)


def test_events_before_the_latest_start_of_a_session_are_left_behind(store: ConversationStore) -> None:
    store.open("me")
    take(store, "me", events=3)
    store.add("me", [START, SAID])
    assert store.read("me") == [START, SAID]
    store.write(store.turn("me", (), ends=True))
    assert store.read("me") == [START, SAID]


def test_writing_a_turn_leaves_the_version_as_it_is_and_adding_does_not(store: ConversationStore) -> None:
    store.open("me")
    assert store.version("me") is None
    store.add("me", [SAID])
    version = store.version("me")
    store.write(store.turn("me", (), ends=True))
    assert store.version("me") == version
    store.add("me", [SAID])
    assert store.version("me") not in (None, version)


def test_a_conversation_that_goes_on_is_read_again(store: ConversationStore) -> None:
    store.open("me")
    take(store, "me")
    before = store.version("me")
    store.close_conversation("me")
    store.open("me")
    assert store.version("me") not in (None, before)


def test_a_conversation_without_a_finished_turn_is_not_kept(store: ConversationStore) -> None:
    store.open("me", b"hash")
    store.add("me", [SAID])
    assert store.close_conversation("me") == ["me"]
    assert (store.token_hash("me"), store.read("me")) == (None, [])


def test_a_branch_is_never_written(store: ConversationStore) -> None:
    version = store.branch("aside")
    assert store.version("aside") == version
    store.add("aside", [SAID])
    store.write(store.turn("aside", (), ends=True))
    assert store.read("aside") == [SAID]
    assert store.conversation_ids() == []
    store.forget("aside")
    assert (store.read("aside"), store.version("aside")) == ([], None)


def test_what_is_deleted_while_it_is_open_stays_deleted(store: ConversationStore) -> None:
    store.open("me", b"hash")
    take(store, "me", item("a"))
    assert store.delete(["me", "nobody"]) == 1
    take(store, "me", item("b", "a"))
    assert (names(store), store.items("me"), store.token_hash("me")) == ([], [], None)


def test_conversations_of_a_user_are_found(store: ConversationStore, clock: Clock) -> None:
    for name, user in (("a", "ann"), ("b", "bob"), ("c", "ann")):
        clock.seconds += 1
        store.open(name, user=user)
        take(store, name)
    assert (names(store, "ann"), names(store)) == (["c", "a"], ["c", "b", "a"])
    store.open("c", user="mallory")  # one who comes later takes nothing over
    take(store, "c")
    assert names(store, "mallory") == []


def test_what_was_not_used_for_long_is_unknown_and_then_deleted(store: ConversationStore, clock: Clock) -> None:
    for name in ("old", "open"):
        store.open(name, b"hash")
        take(store, name)
    store.close_conversation("old")
    clock.seconds += 2 * 86_400 + 1
    assert store.token_hash("old") is None
    assert store.expire() == ["old"]
    assert (names(store), store.read("old")) == (["open"], [])


@pytest.mark.parametrize(("bounds", "left"), [({"kept": 2}, ["d", "c"]), ({"kept_bytes": 1000}, ["d"])])
def test_closed_conversations_in_memory_are_bounded(clock: Clock, bounds: dict[str, Any], left: list[str]) -> None:
    store = ConversationStore(now=clock, **bounds)
    for name in ("a", "b", "c", "d"):
        clock.seconds += 1
        store.open(name)
        take(store, name, item("x", text="long " * 120))
    for name in ("a", "b", "c", "d"):
        store.close_conversation(name)
    assert names(store) == left


def test_a_transaction_that_fails_leaves_nothing_and_can_be_tried_again(store: ConversationStore) -> None:
    store.open("me")
    store.add("me", [SAID])
    broken = store.turn("me", [item("a"), ItemRecord("a", None, "{}")], ends=True)
    with pytest.raises(ConversationFileError, match="UNIQUE"):
        store.write(broken)
    assert (names(store), store.items("me")) == ([], [])
    store.write(store.turn("me", [item("a")], ends=True))
    assert len(store.items("me")) == len(store.read("me")) == 1


WRITER = """
import sys
from pathlib import Path
from dialogue.memory.conversation_store import ConversationStore, ItemRecord
store = ConversationStore(Path(sys.argv[1]))
items = store.open("me")
number = len(items)
while True:
    store.add("me", [{"event": "user", "text": str(number)}])
    previous = f"i{number - 1}" if number else None
    store.write(store.turn("me", [ItemRecord(f"i{number}", previous, str(number) + "x" * 5000)], ends=True))
    number += 1
    print(number, flush=True)
"""


def test_a_killed_process_loses_no_turn_that_it_has_reported(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    reported = 0
    for turns in (1, 4, 9):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(turns):
            reported = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        reported = max([reported, *map(int, process.stdout.read().split())])
        process.stdout.close()
        process.wait()
        store = ConversationStore(path)
        items, events = store.items("me"), store.read("me")
        assert len(items) == len(events) == store.conversations()[0].turns
        assert reported <= len(items) <= reported + 1
        store.close()


def test_adding_to_an_open_conversation_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    store = ConversationStore(path)
    store.open("me")
    store.branch("aside")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # whoever wants to write has to wait now
        for name in ("me", "aside"):
            store.add(name, [SAID])
    store.write(store.turn("me", (), ends=True))
    assert store.read("me") == [SAID]
    store.close()


def test_turns_that_wait_to_be_written_take_no_events_of_the_turns_after_them() -> None:
    store = ConversationStore()
    store.open("me")
    turns = []
    for number in range(3):
        store.add("me", [{"event": "user", "text": str(number)}] * 2)
        turns.append(store.turn("me", (), ends=True))
    store.add("me", [{"event": "user", "text": "unfinished"}])
    for turn in turns:
        store.write(turn)
    store.close_conversation("me")
    assert [event["text"] for event in store.read("me")] == ["0", "0", "1", "1", "2", "2"]
