from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from asr.audio.sample_codec import decode_alaw, decode_mulaw, decode_pcm16, encode_alaw, encode_mulaw, encode_pcm16
from asr.errors import AudioError

Encode = Callable[[NDArray[np.float32]], bytes]
Decode = Callable[[bytes], NDArray[np.float32]]

int16 = arrays(np.int16, st.integers(0, 200))
ALL_CODES = bytes(range(256))


@given(int16)
def test_pcm16_survives_a_round_trip(values: NDArray[np.int16]) -> None:
    pcm = values.astype("<i2").tobytes()
    assert encode_pcm16(decode_pcm16(pcm)) == pcm


def test_pcm16_is_little_endian_with_full_scale_at_one() -> None:
    assert decode_pcm16(b"\x00\x80\x00\x40\xff\x7f").tolist() == [-1.0, 0.5, 32767 / 32768]


def test_loud_samples_are_clipped_and_do_not_wrap() -> None:
    assert encode_pcm16(np.array([2.0, -2.0, 1.0], dtype=np.float32)) == b"\xff\x7f\x00\x80\xff\x7f"


def test_an_odd_byte_is_refused() -> None:
    with pytest.raises(AudioError, match="3 bytes"):
        decode_pcm16(b"abc")


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (0x00, -32124),
        (0x80, 32124),
        (0x7F, 0),
        (0xFF, 0),
        (0xFE, 8),
        (0x7E, -8),
        (0xF0, 120),
        (0xEF, 132),
        (0x8F, 16764),
    ],
)
def test_mulaw_codes_have_the_levels_of_the_standard(code: int, level: int) -> None:
    assert decode_mulaw(bytes([code]))[0] * 32768 == level


@pytest.mark.parametrize(
    ("code", "level"), [(0xD5, 8), (0x55, -8), (0xD4, 24), (0xAA, 32256), (0x2A, -32256), (0xC5, 264), (0x80, 5504)]
)
def test_alaw_codes_have_the_levels_of_the_standard(code: int, level: int) -> None:
    assert decode_alaw(bytes([code]))[0] * 32768 == level


def test_alaw_survives_a_round_trip() -> None:
    assert encode_alaw(decode_alaw(ALL_CODES)) == ALL_CODES


def test_mulaw_survives_a_round_trip_but_for_its_negative_zero() -> None:
    assert encode_mulaw(decode_mulaw(ALL_CODES)) == ALL_CODES.replace(b"\x7f", b"\xff")


@pytest.mark.parametrize(
    ("encode", "decode", "clip"), [(encode_mulaw, decode_mulaw, 32124), (encode_alaw, decode_alaw, 32256)]
)
def test_every_16_bit_value_gets_one_of_the_two_levels_around_it(encode: Encode, decode: Decode, clip: int) -> None:
    values = np.arange(-32768, 32768)
    levels = np.unique(decode(ALL_CODES) * 32768)
    chosen = decode(encode((values / 32768).astype(np.float32))) * 32768
    within = np.clip(values, -clip, clip)
    below = levels[np.searchsorted(levels, within, side="right") - 1]
    above = levels[np.searchsorted(levels, within, side="left")]
    assert ((chosen == below) | (chosen == above)).all()
    assert (np.diff(chosen) >= 0).all()


@pytest.mark.parametrize("encode", [encode_pcm16, encode_mulaw, encode_alaw])
def test_no_samples_are_no_bytes(encode: Encode) -> None:
    assert encode(np.zeros(0, dtype=np.float32)) == b""
