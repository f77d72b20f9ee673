"""Leaves long silences out of an utterance before it is recognised, and puts the times in its transcript right again.

Who stops to think in mid-sentence leaves a hole that Whisper takes for the end, or fills with words of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.transcript import Transcript, retimed

Pause = tuple[int, int]  # the samples from the first to the one before the second

KEPT_SAMPLES = 300 * SAMPLE_RATE_HZ // 1000  # of a silence, on both sides: the ends of words are quiet


@dataclass(frozen=True, slots=True, eq=False)
class Condensed:
    """An utterance without the middle of its long pauses: float32 [n] mono 16 kHz."""

    samples: Samples
    cuts: tuple[tuple[int, int], ...] = ()  # where in `samples`, and how many samples were left out there
    _duration_seconds: float = 0.0

    def restored(self, transcript: Transcript) -> Transcript:
        """The transcript of `samples` with the times of the whole utterance."""
        if not self.cuts:
            return transcript
        segments = tuple(retimed(segment, self._time) for segment in transcript.segments)
        return replace(transcript, segments=segments, duration_seconds=self._duration_seconds)

    def _time(self, seconds: float) -> float:
        return seconds + sum(count for place, count in self.cuts if place < seconds * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ


def condense(samples: Samples, pauses: Sequence[Pause]) -> Condensed:
    """Leave the middle of every pause in `samples`, float32 [n] mono 16 kHz, out that is longer than 600 ms."""
    parts: list[Samples] = []
    cuts: list[tuple[int, int]] = []
    start = kept = 0
    for begin, end in pauses:
        first, last = begin + KEPT_SAMPLES, end - KEPT_SAMPLES
        if first < last:
            parts.append(samples[start:first])
            kept += first - start
            cuts.append((kept, last - first))
            start = last
    if not cuts:
        return Condensed(samples)
    return Condensed(np.concatenate([*parts, samples[start:]]), tuple(cuts), len(samples) / SAMPLE_RATE_HZ)
