"""How loud a recording is, and how much louder it has to be for voice activity to be found in it."""

import numpy as np

from asr.samples import SAMPLE_RATE_HZ, Samples

FRAME_SAMPLES = SAMPLE_RATE_HZ // 10
USUAL_LEVEL = 0.05
"""Root mean square of the loudest tenth of a second, -26 dB of full scale: what is louder is left as it is."""

MOST_GAIN = 1000.0

CANCELLED = 0.1
"""A mean that is so much weaker than a channel, -20 dB, is what cancelling left. One of eight channels gives 0.125."""


class LevelMeter:
    """Measures the loudest tenth of a second of a recording that comes in blocks; a click lasts less."""

    def __init__(self) -> None:
        self.loudest = 0.0
        """Its root mean square, 0 to 1."""

        self._rest: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> None:
        """Take the next samples: float32 [n] mono 16 kHz."""
        waiting = np.concatenate([self._rest, samples])
        frames = waiting[: len(waiting) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        self._rest = waiting[frames.size :]
        self._note(frames)

    def flush(self) -> None:
        """Count what is left, as if silence followed it."""
        self._note(np.pad(self._rest, (0, FRAME_SAMPLES - len(self._rest)))[np.newaxis])
        self._rest = self._rest[:0]

    def _note(self, frames: Samples) -> None:
        if frames.size:
            self.loudest = max(self.loudest, float(np.sqrt(np.mean(np.square(frames), axis=1).max())))

    @property
    def gain(self) -> float:
        """What the samples are to be multiplied by: 1 for a recording that is loud enough, and for silence."""
        return min(MOST_GAIN, max(1.0, USUAL_LEVEL / self.loudest)) if self.loudest else 1.0

    @property
    def decibels(self) -> float:
        """The loudest tenth of a second in dB of full scale; minus infinity for silence."""
        return 20 * float(np.log10(self.loudest)) if self.loudest else -np.inf


def to_mono(samples: Samples) -> Samples:
    """Mix the channels of float32 [n, channels] into float32 [n]: their mean.

    Where they cancel each other, as one wired the wrong way round does, the loudest of them.
    """
    mean: Samples = samples.mean(axis=1)
    if samples.shape[1] > 1 and len(samples):
        levels = np.sqrt(np.mean(np.square(samples), axis=0))
        if np.sqrt(np.mean(np.square(mean))) < CANCELLED * levels.max():
            loudest: Samples = samples[:, int(levels.argmax())]
            return loudest
    return mean
