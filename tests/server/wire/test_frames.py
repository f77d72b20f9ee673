"""Frames become objects, or are refused before they cost anything."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.wire.frames import MAX_VALUES, decode_base64, decode_object
from server.wire.messages import ErrorCode, ProtocolError


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
