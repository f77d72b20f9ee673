"""The formats of sound on the wire: their rates and sizes, and the way from their bytes to samples and back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from asr.audio.resampler import Resampler
from asr.audio.sample_codec import decode_alaw, decode_mulaw, decode_pcm16, encode_alaw, encode_mulaw, encode_pcm16
from asr.samples import SAMPLE_RATE_HZ, Samples

SPEECH_RATE_HZ = 24_000  # of a synthesizer's samples, which is the rate of PCM on the wire


@dataclass(frozen=True, slots=True)
class WireFormat:
    """One format: `decode` takes whole samples; both ways go without a change of rate."""

    rate_hz: int
    bytes_per_sample: int
    decode: Callable[[bytes], Samples]
    encode: Callable[[Samples], bytes]


WIRE_FORMATS = {
    "audio/pcm": WireFormat(24_000, 2, decode_pcm16, encode_pcm16),
    "audio/pcmu": WireFormat(8_000, 1, decode_mulaw, encode_mulaw),
    "audio/pcma": WireFormat(8_000, 1, decode_alaw, encode_alaw),
}


def decode_audio(audio: bytes, format_type: str) -> Samples:
    """Decode a whole clip in a wire format to float32 [n], mono 16 kHz; an odd last byte of PCM is left out."""
    wire = WIRE_FORMATS[format_type]
    whole = len(audio) // wire.bytes_per_sample * wire.bytes_per_sample
    return _resample(wire.decode(audio[:whole]), wire.rate_hz, SAMPLE_RATE_HZ)


def decoded_bytes(audio_bytes: int, format_type: str) -> int:
    """Return how many bytes the samples take that `decode_audio` makes of so many bytes."""
    wire = WIRE_FORMATS[format_type]
    return -(-audio_bytes // wire.bytes_per_sample * SAMPLE_RATE_HZ // wire.rate_hz) * 4


def encode_in_slices(samples: Samples, rate_hz: int, format_type: str) -> Iterator[bytes]:
    """Encode like `encode_audio`, a second of sound at a time: a minute takes a quarter of a second."""
    wire = WIRE_FORMATS[format_type]
    resampler = Resampler(rate_hz, wire.rate_hz)
    for start in range(0, len(samples), rate_hz):
        yield wire.encode(resampler.push(samples[start : start + rate_hz]))
    yield wire.encode(resampler.flush())


def encode_audio(samples: Samples, rate_hz: int, format_type: str) -> bytes:
    """Encode a whole clip, float32 [n] mono at `rate_hz`, in a wire format."""
    wire = WIRE_FORMATS[format_type]
    return wire.encode(_resample(samples, rate_hz, wire.rate_hz))


def bytes_per_ms(format_type: str) -> int:
    """Return how many bytes a millisecond of a wire format takes."""
    wire = WIRE_FORMATS[format_type]
    return wire.rate_hz // 1000 * wire.bytes_per_sample


def _resample(samples: Samples, source_hz: int, target_hz: int) -> Samples:
    if source_hz == target_hz:
        return samples
    resampler = Resampler(source_hz, target_hz)
    return np.concatenate([resampler.push(samples), resampler.flush()])
