"""Reads sound files as samples, block by block where they are long."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from asr.audio import containers
from asr.audio.levels import LevelMeter, to_mono
from asr.audio.resampler import Resampler
from asr.errors import AudioError, AudioTooLong
from asr.samples import SAMPLE_RATE_HZ, Samples, check_finite

BLOCK_FRAMES = 1 << 16
ENDLESS_FRAMES = 1 << 62
BADLY_READ = ("MP3", "MPEG")


def read_audio(path: str | Path) -> Samples:
    """The samples of a sound file: float32 [n] mono 16 kHz, whatever its rate and channels.

    Reads wav, flac, ogg, mp3, m4a, webm, Opus and more. Raises AudioError when the file is missing, damaged or empty.
    """
    return np.concatenate(list(read_blocks(path)))


def read_blocks(source: str | Path | BinaryIO, name: str | None = None) -> Iterator[Samples]:
    """The samples that `read_audio` returns, a few seconds at a time, so that a file may be of any length.

    A file that is open is read from its beginning, and named as `name` in errors. Raises AudioError as `read_audio`
    does, when the damaged place is reached.
    """
    name = name or str(source)
    empty = True
    with _opened(source, name) as (rate_hz, blocks):
        resampler = Resampler(rate_hz, SAMPLE_RATE_HZ)
        for block in _resampled(blocks, resampler):
            check_finite(block, name)
            empty = empty and len(block) == 0
            yield block
    if empty:
        raise AudioError(f"{name} holds no samples; record it again")


class Recording:
    """A recording that is read twice: to measure it, and for its samples, which are made loud enough to be heard."""

    def __init__(self, source: str | Path | BinaryIO, name: str | None = None) -> None:
        self.name = name or str(source)
        self.seconds = 0.0
        self._source = source
        self._meter = LevelMeter()

    def measure(self, max_seconds: float | None = None) -> Iterator[float]:
        """Go through the recording, a few seconds at a time: yields the seconds that were measured.

        Raises AudioError as `read_audio` does, and AudioTooLong when there are more than `max_seconds`.
        """
        samples = 0
        for block in read_blocks(self._source, self.name):
            samples += len(block)
            self.seconds = samples / SAMPLE_RATE_HZ
            if max_seconds is not None and self.seconds > max_seconds:
                raise AudioTooLong(f"{self.name} is longer than {max_seconds:g} s, the limit here; cut it into pieces")
            self._meter.push(block)
            yield self.seconds
        self._meter.flush()

    def blocks(self) -> Iterator[Samples]:
        """The samples, a few seconds at a time; call it when the recording is measured."""
        gain = np.float32(self._meter.gain)
        for block in read_blocks(self._source, self.name):
            yield block * gain if gain > 1 else block

    @property
    def silence_note(self) -> str:
        """What to say where nothing was heard in it."""
        if not self._meter.loudest:
            return f"{self.seconds:.1f} s of digital silence: check what recorded it"
        loudest = f"{self._meter.decibels:.0f} dB of full scale"
        return f"no speech was found in {self.seconds:.1f} s; the loudest tenth of a second is at {loudest}"


@contextmanager
def _opened(source: str | Path | BinaryIO, name: str) -> Iterator[tuple[int, Iterator[Samples]]]:
    """Open a recording: its sampling rate, and its blocks as float32 [n, channels]."""
    if isinstance(source, str | Path):
        source = Path(source)
        if not source.is_file():
            raise AudioError(f"no sound file at {name}; check the path")
    else:
        source.seek(0)
    with ExitStack() as stack:
        file = _sound_file(source)
        if file is not None:
            stack.enter_context(file)
            yield file.samplerate, _sound_file_blocks(file, name)
            return
        if not isinstance(source, Path):
            source.seek(0)
        yield stack.enter_context(containers.opened(source, name))


def _sound_file(source: Path | BinaryIO) -> soundfile.SoundFile | None:
    """Open it with libsndfile; None for what it does not know, or reads badly.

    It gives up on flac of no known length, and lets an mp3 end in what happened to be in memory.
    """
    try:
        file = soundfile.SoundFile(source)
    except soundfile.LibsndfileError:
        return None
    if 0 <= file.frames < ENDLESS_FRAMES and file.format not in BADLY_READ:
        return file
    file.close()
    return None


def _sound_file_blocks(file: soundfile.SoundFile, name: str) -> Iterator[Samples]:
    try:
        yield from file.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{name} cannot be read as sound ({error}); convert it to wav or flac") from error


def _resampled(blocks: Iterator[Samples], resampler: Resampler) -> Iterator[Samples]:
    for block in _gathered(blocks):
        yield resampler.push(to_mono(block))
    yield resampler.flush()


def _gathered(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """Join blocks as short as 20 ms, as containers have them."""
    waiting: list[Samples] = []
    for block in blocks:
        waiting.append(block)
        if sum(map(len, waiting)) >= BLOCK_FRAMES:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)
