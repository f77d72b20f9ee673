"""Sound files to samples; the codecs and the resampler stand here by name as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from asr.audio.resampler import Resampler
from asr.audio.sample_codec import (
    decode_alaw,
    decode_mulaw,
    decode_pcm16,
    encode_alaw,
    encode_mulaw,
    encode_pcm16,
)
from asr.errors import AudioError

__all__ = [
    "SAMPLE_RATE_HZ",
    "Resampler",
    "check_finite",
    "decode_alaw",
    "decode_mulaw",
    "decode_pcm16",
    "encode_alaw",
    "encode_mulaw",
    "encode_pcm16",
    "measure_seconds",
    "read_audio",
    "read_blocks",
]

SAMPLE_RATE_HZ = 16_000
BLOCK_FRAMES = 1 << 16


def read_audio(path: str | Path) -> NDArray[np.float32]:
    """The samples of a sound file: float32 [n] mono 16 kHz, whatever its rate and channels.

    Reads what libsndfile reads: wav, flac, ogg, mp3 and more. Raises AudioError when the file is missing,
    damaged or empty.
    """
    return np.concatenate(list(read_blocks(path)))


def read_blocks(path: str | Path) -> Iterator[NDArray[np.float32]]:
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


def check_finite(samples: NDArray[np.float32], origin: str) -> None:
    """Raises AudioError naming `origin` when a sample is NaN or infinite."""
    if not np.isfinite(samples).all():
        raise AudioError(f"{origin} holds NaN or infinite samples; check what produced them")


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


def _resampled(file: soundfile.SoundFile, resampler: Resampler) -> Iterator[NDArray[np.float32]]:
    for block in file.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True):
        yield resampler.push(block.mean(axis=1))
    yield resampler.flush()
