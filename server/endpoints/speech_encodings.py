"""The forms that `POST /v1/audio/speech` answers in: PCM as it is, WAV, and those that FFmpeg encodes."""

import struct

from asr.audio.containers import ENCODINGS, SoundEncoder
from asr.audio.sample_codec import encode_pcm16
from asr.samples import Samples
from server.turns.spoken_text import Encoder
from server.wire.audio_formats import SPEECH_RATE_HZ

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""Each form with its media type."""

UNKNOWN_BYTES = 0xFFFFFFFF


def encoder_for(name: str) -> Encoder:
    """Make what encodes speech in the form of that name, one of `MEDIA_TYPES`."""
    for encoding in ENCODINGS:
        if encoding == name:
            return SoundEncoder(encoding, SPEECH_RATE_HZ)
    return Pcm(header=_wav_header() if name == "wav" else b"")


class Pcm:
    """16-bit little-endian samples, mono 24 kHz, behind a header."""

    def __init__(self, header: bytes = b"") -> None:
        self._header = header

    def push(self, samples: Samples) -> bytes:
        """Return the samples as bytes."""
        header, self._header = self._header, b""
        return header + encode_pcm16(samples)

    def flush(self) -> bytes:
        """Return what was not pushed: the header of a text without sound."""
        return self._header


def _wav_header() -> bytes:
    """A header of unknown length, as streams have it (RIFF, WAVE format 1)."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SPEECH_RATE_HZ, SPEECH_RATE_HZ * 2, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", UNKNOWN_BYTES, b"WAVE") + form + struct.pack("<4sI", b"data", UNKNOWN_BYTES)
