"""Bytes of a sound stream to float samples and back: PCM16 and G.711.

Samples are float32 in -1..1, mono. Everything goes through 16-bit integers, 32768 being 1.0, so PCM16 survives a
round trip unchanged. G.711 is table based; the tables follow the reference code in ITU-T G.191 (`alaw_compress`,
`ulaw_compress` and their inverses).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from asr.errors import AudioError
from asr.samples import Samples

FULL_SCALE = 32768.0
MULAW_BIAS = 33  # added to the 14-bit magnitude so that each segment doubles the one before
INVERTED_BITS = 0x55  # every other bit of an A-law code is sent inverted


def decode_pcm16(pcm: bytes) -> Samples:
    """Samples of little-endian 16-bit PCM. Raises AudioError on an odd number of bytes."""
    if len(pcm) % 2:
        raise AudioError(f"{len(pcm)} bytes are not whole 16-bit samples; keep the last byte for the next chunk")
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)


def encode_pcm16(samples: Samples) -> bytes:
    """Little-endian 16-bit PCM of `samples`; what is louder than full scale is clipped."""
    return _to_int16(samples).astype("<i2").tobytes()


def decode_mulaw(pcm: bytes) -> Samples:
    """Samples of G.711 mu-law, one byte a sample."""
    return _decoded(_mulaw_levels(), pcm)


def encode_mulaw(samples: Samples) -> bytes:
    """G.711 mu-law of `samples`, one byte a sample."""
    return bytes(_mulaw_codes()[_to_int16(samples).view(np.uint16)])


def decode_alaw(pcm: bytes) -> Samples:
    """Samples of G.711 A-law, one byte a sample."""
    return _decoded(_alaw_levels(), pcm)


def encode_alaw(samples: Samples) -> bytes:
    """G.711 A-law of `samples`, one byte a sample."""
    return bytes(_alaw_codes()[_to_int16(samples).view(np.uint16)])


def _to_int16(samples: Samples) -> NDArray[np.int16]:
    scaled = np.rint(samples.astype(np.float32) * np.float32(FULL_SCALE))
    clipped: NDArray[np.int16] = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return clipped


def _decoded(levels: NDArray[np.int16], pcm: bytes) -> Samples:
    samples: Samples = levels[np.frombuffer(pcm, dtype=np.uint8)].astype(np.float32) / np.float32(FULL_SCALE)
    return samples


@cache
def _mulaw_levels() -> NDArray[np.int16]:
    code = np.arange(256)
    exponent, mantissa = (~code >> 4) & 7, ~code & 15
    step = 8 << exponent
    level = (128 << exponent) + step * mantissa + step // 2 - 4 * MULAW_BIAS
    return np.where(code < 128, -level, level).astype(np.int16)


@cache
def _mulaw_codes() -> NDArray[np.uint8]:
    linear = _all_int16()
    magnitude = np.minimum((np.where(linear < 0, ~linear, linear) >> 2) + MULAW_BIAS, 0x1FFF)
    segment = 1 + _bit_length(magnitude >> 6)
    code = ((8 - segment) << 4) | (15 - ((magnitude >> segment) & 15))
    return np.where(linear < 0, code, code | 128).astype(np.uint8)


@cache
def _alaw_levels() -> NDArray[np.int16]:
    code = np.arange(256)
    plain = (code ^ INVERTED_BITS) & 127
    exponent, mantissa = plain >> 4, plain & 15
    level = (((mantissa + 16 * (exponent > 0)) << 4) + 8) << np.maximum(exponent - 1, 0)
    return np.where(code < 128, -level, level).astype(np.int16)


@cache
def _alaw_codes() -> NDArray[np.uint8]:
    linear = _all_int16()
    magnitude = np.where(linear < 0, ~linear, linear) >> 4
    shift = _bit_length(magnitude >> 5)
    code = np.where(magnitude > 15, ((shift + 1) << 4) + (magnitude >> shift) - 16, magnitude)
    return (np.where(linear < 0, code, code | 128) ^ INVERTED_BITS).astype(np.uint8)


def _all_int16() -> NDArray[np.int64]:
    """Every 16-bit value, at the index that is its bit pattern."""
    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)


def _bit_length(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)
