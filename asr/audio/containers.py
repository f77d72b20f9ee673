"""Sound in the containers of phones, browsers and players (m4a, webm, Opus …), read and written by FFmpeg."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, get_args

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from asr.errors import AudioError
from asr.samples import Samples

READ_FORMATS = "aac,aiff,amr,asf,au,avi,caf,flac,matroska,webm,mov,mp3,mpeg,mpegts,ogg,w64,wav"
"""FFmpeg's names of what is read. Playlists are not among them: they name other files, and addresses."""

Encoding: TypeAlias = Literal["mp3", "opus", "aac", "flac"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_CONTAINERS = {"mp3": "mp3", "opus": "ogg", "aac": "adts", "flac": "flac"}
_CODECS = {"mp3": "libmp3lame", "opus": "libopus", "aac": "aac", "flac": "flac"}
_SAMPLE_FORMATS = {"mp3": "fltp", "opus": "flt", "aac": "fltp", "flac": "s16"}
_BIT_RATES = {"mp3": 64_000, "opus": 32_000, "aac": 64_000}
_OPTIONS = {"opus": {"page_duration": "200000"}}  # microseconds: pages are sent when they are full


@contextmanager
def opened(source: Path | BinaryIO, name: str) -> Iterator[tuple[int, Iterator[Samples]]]:
    """Open a recording: its sampling rate, and its samples as float32 [n, channels] as they are decoded.

    Raises AudioError naming it as `name` when it holds no sound that is known, or when a damaged place is reached.
    """
    with _named(name):
        options = {"format_whitelist": READ_FORMATS, "protocol_whitelist": "file"}
        container = av.open(str(source) if isinstance(source, Path) else source, "r", options=options)
    with container:
        if not container.streams.audio:
            raise AudioError(f"{name} holds no sound; record it again")
        stream = container.streams.audio[0]
        yield stream.rate, _decoded(container, stream, name)


def _decoded(container: InputContainer, stream: AudioStream, name: str) -> Iterator[Samples]:
    resampler = AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
    with _named(name):
        for frame in container.decode(stream):
            yield from _samples(resampler.resample(frame))
        yield from _samples(resampler.resample(None))


def _samples(frames: list[AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield frame.to_ndarray().T.astype(np.float32, copy=False)


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        reason = error.strerror if isinstance(error, av.FFmpegError) else error
        raise AudioError(f"{name} cannot be read as sound ({reason}); convert it to wav or flac") from error


class SoundEncoder:
    """Encodes speech as it is made: mono, in a container that can be played from its first bytes on."""

    def __init__(self, encoding: Encoding, rate_hz: int) -> None:
        self._written = _Written()
        self._container = av.open(self._written, "w", format=_CONTAINERS[encoding], options=_OPTIONS.get(encoding, {}))
        stream = self._container.add_stream(_CODECS[encoding], rate=rate_hz, layout="mono")
        assert isinstance(stream, AudioStream)
        self._stream = stream
        if encoding in _BIT_RATES:
            self._stream.bit_rate = _BIT_RATES[encoding]
        self._format = _SAMPLE_FORMATS[encoding]
        self._rate_hz = rate_hz
        self._position = 0

    def push(self, samples: Samples) -> bytes:
        """Return the bytes that became certain with `samples`: float32 [n] mono, -1 to 1."""
        if not len(samples):
            return self._written.take()
        shaped = np.ascontiguousarray(samples[np.newaxis], np.float32)
        whole = np.clip(shaped * 32768, -32768, 32767).astype(np.int16)
        plane = whole if self._format == "s16" else shaped
        frame = AudioFrame.from_ndarray(plane, format=self._format, layout="mono")
        frame.sample_rate, frame.pts = self._rate_hz, self._position
        self._position += len(samples)
        self._container.mux(self._stream.encode(frame))
        return self._written.take()

    def flush(self) -> bytes:
        """Return the last bytes; nothing can follow them."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._written.take()


class _Written:
    """A file that only grows, of which what was written can be taken."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: bytes) -> int:
        self._bytes += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken
