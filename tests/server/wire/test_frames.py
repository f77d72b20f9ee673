"""Frames become objects, or are refused before they cost anything."""

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.wire.frames import (
    LONG_TEXT,
    MAX_VALUES,
    SLICE_CHARACTERS,
    decode_base64,
    decode_in_slices,
    decode_object,
)
from server.wire.messages import ErrorCode, ProtocolError
from tests.counting import calls_of


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_only_an_object_is_an_event(value: object) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode_object(json.dumps(value))
    assert refused.value.code == ErrorCode.INVALID_EVENT


@given(st.text())
def test_no_text_breaks_the_decoder(frame: str) -> None:
    with suppress(ProtocolError):
        assert isinstance(decode_object(frame), dict)


def test_base64_gives_its_bytes_or_names_the_field() -> None:
    assert decode_base64("aGk=", "audio") == b"hi"
    with pytest.raises(ProtocolError) as refused:
        decode_base64("a-b_", "audio")
    assert refused.value.param == "audio"


@pytest.mark.parametrize("piece", ["{},", "[],", "1,"])
def test_a_frame_of_too_many_values_is_refused_before_it_is_read(piece: str) -> None:
    for times in (MAX_VALUES + 1, 10 * MAX_VALUES):
        with pytest.raises(ProtocolError, match=str(MAX_VALUES)):
            decode_object(f'{{"a": [{piece * times} this is no JSON')


def test_a_long_frame_of_audio_is_read() -> None:
    audio = "A" * 20_000_000
    assert decode_object(f'{{"audio": "{audio}"}}') == {"audio": audio}


@given(st.binary(max_size=300), st.integers(0, 3))
def test_slices_of_base64_make_the_whole(audio: bytes, times: int) -> None:
    text = base64.b64encode(audio * 200 * times).decode()
    pieces = list(decode_in_slices(text, "audio"))
    assert b"".join(pieces) == audio * 200 * times
    assert all(len(piece) == SLICE_CHARACTERS * 3 // 4 for piece in pieces[:-1])


LONG = "A" * (LONG_TEXT + 7)


@pytest.mark.parametrize(
    "value",
    [
        {"audio": LONG, "type": "x", "event_id": "é"},
        {"type": "x", "item": {"content": [{"text": "audio"}, {"audio": LONG}]}},
        {"image_url": LONG},
        {"text": "é" + LONG + "\n"},
        {"audio": "short", "text": "\ue000heedful\ue001", "other": LONG},
        {"a": 1, "b": " " * 9},
    ],
)
def test_a_long_text_is_read_as_json_reads_it_wherever_it_stands(value: dict[str, object]) -> None:
    for frame in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert decode_object(frame) == value
    spaced = json.dumps(value).replace("{", "{" + " " * 2 * LONG_TEXT, 1)
    assert decode_object(spaced) == value


@pytest.mark.parametrize("broken", ['{{"audio": "{}', '{{"audio": "{}" "b": 1}}', '{{"audio" "{}"}}', '["{}"]'])
def test_a_frame_with_a_long_text_that_is_no_json_is_refused(broken: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        decode_object(broken.format(LONG))
    assert refused.value.code == ErrorCode.INVALID_EVENT


def test_nothing_is_read_of_a_long_text() -> None:
    def read(length: int) -> int:
        frame = json.dumps({"audio": "A" * length, "type": "x"})
        return calls_of(lambda: decode_object(frame))

    assert read(8 * LONG_TEXT) == read(2 * LONG_TEXT)
