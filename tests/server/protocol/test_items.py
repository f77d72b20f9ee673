"""One item: its recordings, and why one of them failed."""

from server.protocol.items import Item, Part
from server.wire.messages import ErrorCode, ProtocolError


def test_a_failure_is_given_once() -> None:
    failure = ProtocolError(ErrorCode.BUSY, "full")
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio", failure=failure)])
    assert item.take_failures() == [failure]
    assert item.take_failures() == []


def test_a_recording_is_found_by_its_place_only() -> None:
    item = Item("a", role="user", parts=[Part("input_text", "x"), Part("input_audio")])
    assert item.recording(1) is item.parts[1]
    assert item.recording(0) is item.recording(2) is None
