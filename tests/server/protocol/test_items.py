"""One item: its recordings, and why one of them failed."""

from server.protocol.items import Item, Part, Role, split_at_last_reply
from server.wire.messages import ErrorCode, ProtocolError

ROLES: tuple[Role, ...] = ("user", "assistant", "system", "user")


def test_a_failure_is_given_once() -> None:
    failure = ProtocolError(ErrorCode.BUSY, "full")
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio", failure=failure)])
    assert item.take_failures() == [failure]
    assert item.take_failures() == []


def test_a_recording_is_found_by_its_place_only() -> None:
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio")])
    assert item.recording(1) is item.parts[1]
    assert item.recording(0) is item.recording(2) is None


def test_what_the_user_says_after_the_last_reply_is_asked_and_the_rest_is_context() -> None:
    first, reply, note, last = (Item(name, role=role) for name, role in zip("abcd", ROLES, strict=True))
    assert split_at_last_reply([first, reply, note, last]) == ((first, reply), [last])
    assert split_at_last_reply([first, last]) == ((), [first, last])
    assert split_at_last_reply([reply]) == ((reply,), [])
