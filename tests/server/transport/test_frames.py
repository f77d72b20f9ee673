"""Which frames are too much work to read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.messages import ProtocolError
from server.transport.frames import MAX_SEPARATORS, check_frame


@given(st.integers(0, MAX_SEPARATORS), st.integers(0, MAX_SEPARATORS), st.sampled_from(",[{"), st.sampled_from(",[{"))
def test_values_are_counted_whatever_separates_them(first: int, second: int, sign: str, other: str) -> None:
    frame = sign * first + "x" * MAX_SEPARATORS + other * second
    if first + second <= MAX_SEPARATORS:
        check_frame(frame)
    else:
        with pytest.raises(ProtocolError, match=str(MAX_SEPARATORS)):
            check_frame(frame)


def test_long_audio_and_long_texts_pass() -> None:
    check_frame(json.dumps({"type": "input_audio_buffer.append", "audio": "A" * 2**21}))
    check_frame("a word, and more of them " * 10_000)
    check_frame(b"," * 2 * MAX_SEPARATORS)  # the protocol refuses binary frames unread
