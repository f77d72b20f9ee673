"""Client events in and errors out."""

import pytest

from server.wire.messages import (
    AudioAppend,
    ErrorCode,
    ItemTruncate,
    ProtocolError,
    error_event,
    parse_client_event,
    usage,
)
from tests.wire_oracle import check_server_event


def test_an_event_becomes_its_own_type() -> None:
    assert parse_client_event({"type": "input_audio_buffer.append", "audio": "AAAA"}) == AudioAppend(
        type="input_audio_buffer.append", audio="AAAA"
    )


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"audio_end_ms": -1}, ErrorCode.INVALID_VALUE, "audio_end_ms"),
        ({"content_index": "x"}, ErrorCode.INVALID_TYPE, "content_index"),
        ({"event_id": "x" * 513}, ErrorCode.INVALID_VALUE, "event_id"),
        ({"item": {}}, ErrorCode.UNKNOWN_PARAMETER, "item"),
    ],
)
def test_a_field_that_is_wrong_is_named(change: dict[str, object], code: ErrorCode, param: str) -> None:
    event = {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 5}
    assert isinstance(parse_client_event(event), ItemTruncate)
    with pytest.raises(ProtocolError) as refused:
        parse_client_event(event | change)
    assert (refused.value.code, refused.value.param) == (code, param)


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_is_an_event_of_the_protocol_and_says_whose_fault_it_is(code: ErrorCode) -> None:
    event = error_event(ProtocolError(code, "no", "field"), "mine")
    check_server_event({"event_id": "event_1", **event})
    ours = code in {ErrorCode.BUSY, ErrorCode.STOPPING, ErrorCode.SERVER_ERROR}
    assert event["error"]["type"] == ("server_error" if ours else "invalid_request_error")
    assert event["error"]["event_id"] == "mine"


def test_usage_counts_words() -> None:
    counted = usage("where is my order", " It is on its way. ")
    assert (counted["input_tokens"], counted["output_tokens"], counted["total_tokens"]) == (4, 5, 9)
    assert usage("", "")["total_tokens"] == 0
