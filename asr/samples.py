"""Mono sound as numbers: the one type that audio has between the stages, and the rate that recognition works at."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from asr.errors import AudioError

SAMPLE_RATE_HZ = 16_000
"""Samples a second, as Whisper and Silero take them; other rates are resampled at the edge."""

SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000

Samples: TypeAlias = NDArray[np.float32]
"""Mono audio, float32 [n], -1 to 1; at 16 kHz unless its owner says otherwise."""


def check_finite(samples: Samples, origin: str) -> None:
    """Raises AudioError naming `origin` when a sample is NaN or infinite."""
    if not np.isfinite(samples).all():
        raise AudioError(f"{origin} holds NaN or infinite samples; check what produced them")
