"""Sound files to samples; the codecs and the resampler stand here by name as well."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from asr.errors import AudioError
from asr.resampler import Resampler
from asr.sample_codec import (
    decode_alaw,
    decode_mulaw,
    decode_pcm16,
    encode_alaw,
    encode_mulaw,
    encode_pcm16,
)

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
    "read_audio",
]

SAMPLE_RATE_HZ = 16_000
BLOCK_FRAMES = 1 << 16


def read_audio(path: str | Path) -> NDArray[np.float32]:
    """The samples of a sound file: float32 [n] mono 16 kHz, whatever its rate and channels.

    Reads what libsndfile reads: wav, flac, ogg, mp3 and more. Raises AudioError when the file is missing,
    damaged or empty.
    """
    path = Path(path)
    if not path.is_file():
        raise AudioError(f"no sound file at {path}; check the path")
    try:
        with soundfile.SoundFile(path) as file:
            samples = _read_resampled(file)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path} cannot be read as sound ({error}); convert it to wav or flac") from error
    if len(samples) == 0:
        raise AudioError(f"{path} holds no samples; record it again")
    check_finite(samples, str(path))
    return samples


def check_finite(samples: NDArray[np.float32], origin: str) -> None:
    """Raises AudioError naming `origin` when a sample is NaN or infinite."""
    if not np.isfinite(samples).all():
        raise AudioError(f"{origin} holds NaN or infinite samples; check what produced them")


def _read_resampled(file: soundfile.SoundFile) -> NDArray[np.float32]:
    resampler = Resampler(file.samplerate, SAMPLE_RATE_HZ)
    blocks = file.blocks(BLOCK_FRAMES, dtype="float32", always_2d=True)
    parts = [resampler.push(block.mean(axis=1)) for block in blocks]
    return np.concatenate([*parts, resampler.flush()])
