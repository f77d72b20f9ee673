"""The conversation as an ordered list, and what of it is audio, answered and failed."""

from hypothesis import given
from hypothesis import strategies as st

from server.protocol.items import Conversation, Item, Part, Role
from server.protocol.messages import ErrorCode, ProtocolError


def message(item_id: str, role: Role = "user", text: str = "hello") -> Item:
    kind = "output_text" if role == "assistant" else "input_text"
    return Item(item_id, role=role, parts=[Part(kind, text)])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans())))
def test_the_conversation_keeps_the_order_that_a_list_would(changes: list[tuple[int, int, bool]]) -> None:
    conversation, expected = Conversation(), list[str]()
    for number, after, delete in changes:
        item_id, place = str(number), str(after)
        if delete:
            conversation.delete(item_id)
            expected = [kept for kept in expected if kept != item_id]
        elif item_id not in expected:
            at = expected.index(place) + 1 if place in expected else len(expected)
            expected.insert(at, item_id)
            conversation.insert(message(item_id), place if place in expected and place != item_id else None)
    assert [item.id for item in conversation] == expected
    assert conversation.last_id == (expected[-1] if expected else None)
    assert [conversation.previous_id(item_id) for item_id in expected] == [None, *expected][: len(expected)]


def test_what_nobody_has_answered_is_what_the_user_said_since_the_last_reply() -> None:
    conversation = Conversation()
    for item in (message("old"), message("reply", "assistant"), message("rules", "system"), message("a"), message("b")):
        conversation.insert(item)
    assert conversation.unanswered() == ("a", "b")
    for item in conversation:
        item.answered = item.id == "a"
    assert conversation.unanswered() == ("b",)


def test_old_audio_is_dropped_but_not_that_of_an_item_in_progress() -> None:
    conversation = Conversation()
    for name in ("first", "speaking", "second", "third"):
        part = Part("output_audio", name, b"sound", spoken=[(name, 1.0)])
        item = Item(name, role="assistant", parts=[part])
        item.status = "in_progress" if name == "speaking" else "completed"
        conversation.insert(item)
    conversation.forget_old_audio(2)
    assert [item.id for item in conversation if item.parts[0].audio is None] == ["first"]
    assert [item.text for item in conversation] == ["first", "speaking", "second", "third"]


def test_a_failure_is_given_once() -> None:
    failure = ProtocolError(ErrorCode.BUSY, "full")
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio", failure=failure)])
    assert item.take_failures() == [failure]
    assert item.take_failures() == []


def test_a_recording_is_found_by_its_place_only() -> None:
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio")])
    assert item.recording(1) is item.parts[1]
    assert item.recording(0) is item.recording(2) is None
