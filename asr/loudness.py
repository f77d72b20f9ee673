"""How loud sound is, and whether there is speech left in what follows the last word of a text."""

import numpy as np

from asr.samples import SAMPLE_RATE_HZ, Samples

UNHEARD_SAMPLES = SAMPLE_RATE_HZ  # sound of a second behind the last word,
UNHEARD_LOUDNESS = 0.25  # of the whole; what is at least this loud is speech that was left out
FRAME_SAMPLES = SAMPLE_RATE_HZ // 50


def loudness(samples: Samples) -> float:
    """The level of the loud parts: the 90th percentile of the root mean square of 20 ms frames."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES]
    levels = np.sqrt(np.square(frames.reshape(-1, FRAME_SAMPLES)).mean(axis=1))
    return float(np.quantile(levels, 0.9)) if len(levels) else 0.0


def holds_speech(rest: Samples, whole: Samples) -> bool:
    """Whether `rest`, behind the last word heard in `whole`, is long and loud enough to hold words left out."""
    return len(rest) >= UNHEARD_SAMPLES and loudness(rest) > UNHEARD_LOUDNESS * loudness(whole)
