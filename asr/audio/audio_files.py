"""Reads sound files as samples, block by block where they are long."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from asr.audio.resampler import Resampler
from asr.errors import AudioError
from asr.samples import SAMPLE_RATE_HZ, Samples, check_finite

BLOCK_FRAMES = 1 << 16


def read_audio(path: str | Path) -> Samples:
    """The samples of a sound file: float32 [n] mono 16 kHz, whatever its rate and channels.

    Reads what libsndfile reads: wav, flac, ogg, mp3 and more. Raises AudioError when the file is missing,
    damaged or empty.
    """
    return np.concatenate(list(read_blocks(path)))


def read_blocks(path: str | Path) -> Iterator[Samples]:
    """The samples that `read_audio` returns, a few seconds at a time, so that a file may be of any length.

    Raises AudioError as `read_audio` does, when the damaged place is reached.
    """
    empty = True
    with _opened(path) as file:
        resampler = Resampler(file.samplerate, SAMPLE_RATE_HZ)
        for block in _resampled(file, resampler):
            check_finite(block, str(path))
            empty = empty and len(block) == 0
            yield block
    if empty:
        raise AudioError(f"{path} holds no samples; record it again")


def measure_seconds(path: str | Path) -> float:
    """How long a sound file is by its header, without reading it. Raises AudioError when that cannot be read."""
    with _opened(path) as file:
        return float(file.frames / file.samplerate)


@contextmanager
def _opened(path: str | Path) -> Iterator[soundfile.SoundFile]:
    path = Path(path)
    if not path.is_file():
        raise AudioError(f"no sound file at {path}; check the path")
    try:
        with soundfile.SoundFile(path) as file:
            yield file
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path} cannot be read as sound ({error}); convert it to wav or flac") from error


def _resampled(file: soundfile.SoundFile, resampler: Resampler) -> Iterator[Samples]:
    for block in file.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True):
        yield resampler.push(block.mean(axis=1))
    yield resampler.flush()
