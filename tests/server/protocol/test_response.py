"""One response: the order of its events, however little of it there is, and what it leaves in its item."""

import base64
from typing import Any

import pytest

from server.protocol.items import Item
from server.protocol.response import Ending, Response, ResponseOptions
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SessionConfig, updated
from tests.wire_oracle import check_server_event


def response(**changes: Any) -> Response:
    config = updated(SessionConfig(), {"type": "realtime", **changes}, SessionConfig(), False, 2**16)
    return Response("resp_1", Item("item_1", role="assistant"), ResponseOptions.of(config), "conv_1")


def kinds(events: list[dict[str, Any]]) -> list[str]:
    for event in events:
        check_server_event({"event_id": "event_1", **event})
    return [event["type"].removeprefix("response.") for event in events]


def test_the_sessions_settings_are_those_of_its_responses() -> None:
    output = {"voice": {"id": "mine"}, "format": {"type": "audio/pcmu"}, "speed": 1.5}
    options = response(max_output_tokens=7, audio={"output": output}).options
    assert options == ResponseOptions(True, {"type": "audio/pcmu"}, {"id": "mine"}, 1.5, 7)


def test_a_response_without_a_word_has_neither_item_nor_parts() -> None:
    events = response().close(Ending("completed"))
    assert kinds(events) == ["done"]
    assert events[0]["response"]["output"] == []


@pytest.mark.parametrize(("status", "expected"), [("completed", "completed"), ("cancelled", "incomplete")])
def test_the_item_is_complete_only_if_the_response_is(status: Any, expected: str) -> None:
    spoken = response()
    spoken.open()
    spoken.say("Good day.")
    spoken.close(Ending(status))
    assert spoken.item.status == expected


def test_text_and_sound_are_closed_from_the_inside_out() -> None:
    written, spoken = response(output_modalities=["text"]), response()
    for answer in (written, spoken):
        answer.open()
        answer.say("Good day.")
    around = ["content_part.done", "conversation.item.done", "output_item.done", "done"]
    assert kinds(written.close(Ending("completed"))) == ["output_text.done", *around]
    assert kinds(spoken.close(Ending("completed"))) == ["output_audio.done", "output_audio_transcript.done", *around]


def test_what_is_said_by_when_is_kept_with_the_sound() -> None:
    spoken = response()
    spoken.open()
    for text, seconds in (("One.", 0.5), (" Two.", 0.25)):
        spoken.say(text)
        for _ in range(2):
            (event,) = spoken.play(bytes(int(seconds * 24_000)))
    part = spoken.item.parts[0]
    assert part.spoken == [("One.", 500.0), (" Two.", 750.0)]
    assert part.text == "One. Two."
    assert part.audio == bytes(36_000)
    assert base64.b64decode(event["delta"]) == bytes(6_000)


def test_a_piece_of_sound_does_not_copy_what_was_played_before() -> None:
    spoken = response()
    spoken.open()
    spoken.say("One.")
    spoken.play(bytes(4800))
    before = spoken.item.parts[0].audio
    spoken.play(bytes(4800))
    assert spoken.item.parts[0].audio is before
    assert len(before or b"") == 9600


def test_metadata_of_the_request_is_shown_unless_the_turn_has_its_own() -> None:
    asked = response()
    asked.options = ResponseOptions(False, {"type": "audio/pcm"}, "heart", 1.0, "inf", {"mine": "1"})
    assert asked.created()["response"]["metadata"] == {"mine": "1"}
    assert asked.close(Ending("completed"))[-1]["response"]["metadata"] == {"mine": "1"}
    ended = asked.close(Ending("completed", metadata={"mine": "1", "heedful.intent": "greet"}))
    assert ended[-1]["response"]["metadata"]["heedful.intent"] == "greet"


def test_a_failure_is_shown_as_the_protocol_has_it() -> None:
    ending = Ending.failed(ProtocolError(ErrorCode.BUSY, "full"))
    assert ending.code == ErrorCode.BUSY
    events = response().close(ending)
    assert kinds(events) == ["done"]
    error = events[0]["response"]["status_details"]["error"]
    assert (error["code"], error["message"]) == ("server_busy", "full")
