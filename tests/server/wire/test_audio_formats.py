"""The wire formats there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.samples import Samples
from server.wire.audio_formats import WIRE_FORMATS, bytes_per_ms, decode_audio, decoded_bytes, encode_audio


def tone(seconds: float, rate_hz: int) -> Samples:
    """A tone of 300 Hz, which every format carries."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    samples: Samples = (0.5 * np.sin(2 * np.pi * 300 * times)).astype(np.float32)
    return samples


@pytest.mark.parametrize(("format_type", "expected"), [("audio/pcm", 48), ("audio/pcmu", 8), ("audio/pcma", 8)])
def test_a_millisecond_has_the_protocols_size(format_type: str, expected: int) -> None:
    assert bytes_per_ms(format_type) == expected
    assert len(encode_audio(tone(0.5, 16_000), 16_000, format_type)) == pytest.approx(500 * expected, abs=2 * expected)


@pytest.mark.parametrize(("format_type", "error"), [("audio/pcm", 0.01), ("audio/pcmu", 0.03), ("audio/pcma", 0.03)])
def test_a_clip_comes_back_as_it_was_sent(format_type: str, error: float) -> None:
    sent = tone(0.5, 16_000)
    heard = decode_audio(encode_audio(sent, 16_000, format_type), format_type)
    assert heard.dtype == np.float32
    assert len(heard) == pytest.approx(len(sent), abs=32)
    middle = slice(800, 7200)  # the edges ring
    assert np.abs(heard[middle] - sent[middle]).max() < error


@given(st.binary(max_size=200))
def test_samples_at_the_formats_own_rate_lose_nothing(audio: bytes) -> None:
    pcm = audio[: len(audio) // 2 * 2]
    samples = WIRE_FORMATS["audio/pcm"].decode(pcm)
    assert encode_audio(samples, 24_000, "audio/pcm") == pcm


def test_an_odd_last_byte_of_pcm_is_left_out() -> None:
    pcm = encode_audio(tone(0.1, 24_000), 24_000, "audio/pcm")
    np.testing.assert_array_equal(decode_audio(pcm + b"x", "audio/pcm"), decode_audio(pcm, "audio/pcm"))


@pytest.mark.parametrize("format_type", list(WIRE_FORMATS))
def test_no_sound_is_no_bytes(format_type: str) -> None:
    assert encode_audio(np.zeros(0, np.float32), 16_000, format_type) == b""
    assert len(decode_audio(b"", format_type)) == 0


@pytest.mark.parametrize("format_type", ["audio/pcm", "audio/pcmu", "audio/pcma"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 479, 480, 4801, 48_000])
def test_the_room_that_samples_take_is_known_before_they_are_made(format_type: str, count: int) -> None:
    assert decoded_bytes(count, format_type) == pytest.approx(decode_audio(bytes(count), format_type).nbytes, abs=4)
