"""What somebody reads of the conversations that are kept."""

from collections.abc import Iterator
from typing import Any

import pytest

from dialogue.memory.archive import KeptTurn, count, not_understood, page, turns_of
from dialogue.memory.conversation_store import ConversationStore

START = {"event": "action", "name": "action_session_start"}
LISTEN = {"event": "action", "name": "action_listen"}
FALLBACK = {"event": "action", "name": "action_default_fallback"}


def user(text: str, intent: str = "ask", at: float = 5.0, **entities: str) -> dict[str, Any]:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    parsed = {"intent": {"name": intent, "confidence": 0.75}, "entities": found}
    return {"event": "user", "text": text, "timestamp": at, "parse_data": parsed}


def slot(name: str, value: object) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def bot(text: str) -> dict[str, Any]:
    return {"event": "bot", "text": text}


@pytest.fixture
def store() -> Iterator[ConversationStore]:
    seconds = iter(range(1000))
    store = ConversationStore(now=lambda: float(next(seconds)))
    yield store
    store.close()


def keep(store: ConversationStore, name: str, *events: dict[str, Any]) -> None:
    store.open(name)
    store.add(name, list(events))
    store.write(store.turn(name, (), ends=True))
    store.close_conversation(name)


def test_pages_follow_each_other_and_miss_none(store: ConversationStore) -> None:
    for number in range(5):
        keep(store, f"c{number}", user("hello"))
    names, after = [], None
    while found := page(store, 2, after):
        names += [kept.id for kept in found]
        after = names[-1]
    assert names == ["c4", "c3", "c2", "c1", "c0"]
    assert count(store) == 5
    assert page(store, 2, "gone") == []


def test_a_turn_has_what_was_understood_set_done_and_said(store: ConversationStore) -> None:
    said = user("order 48213", "order_status", number="48213")
    set_slots = [slot("requested_slot", "number"), slot("number", "48213")]
    keep(
        store, "me", START, LISTEN, said, *set_slots, {"event": "action", "name": "action_order"}, bot("Sent."), LISTEN
    )
    entities = [("number", "48213")]
    (turn,) = turns_of(store, "me")
    assert turn == KeptTurn(
        5.0, "order 48213", "order_status", 0.75, entities, {"number": "48213"}, ["action_order"], ["Sent."]
    )
    assert turns_of(store, "you") == []


def test_what_the_assistant_says_first_is_a_turn_of_its_own(store: ConversationStore) -> None:
    keep(store, "me", START, {"event": "action", "name": "utter_greet"}, bot("Hello."), user("hi"), bot("Yes?"))
    assert [(turn.text, turn.replies) for turn in turns_of(store, "me")] == [("", ["Hello."]), ("hi", ["Yes?"])]


def test_what_fell_back_is_listed_once_the_latest_first(store: ConversationStore) -> None:
    keep(store, "one", user("mumble", "nlu_fallback", 1.0), FALLBACK, user("fine"), user("hm", "ask", 2.0), FALLBACK)
    keep(store, "two", user("grumble", "nlu_fallback", 3.0), bot("What?"))
    found = [(text.conversation_id, text.text, text.at) for text in not_understood(store, 10)]
    assert found == [("two", "grumble", 3.0), ("one", "hm", 2.0), ("one", "mumble", 1.0)]
    assert [text.text for text in not_understood(store, 1)] == ["grumble"]


def test_what_waits_for_the_end_of_its_turn_is_not_shown(store: ConversationStore) -> None:
    store.open("me")
    store.add("me", [user("hello", "nlu_fallback")])
    assert (turns_of(store, "me"), not_understood(store, 9), page(store, 9)) == ([], [], [])
