"""How loud sound is, and what is left of it behind the last word."""

import numpy as np
import pytest

from asr.loudness import holds_speech, loudness
from asr.samples import SAMPLE_RATE_HZ


def test_loudness_is_that_of_the_loud_parts() -> None:
    half_silent = np.concatenate([np.full(8000, 0.5), np.zeros(8000)]).astype(np.float32)
    assert loudness(half_silent) == pytest.approx(0.5)
    assert loudness(np.zeros(10, dtype=np.float32)) == 0.0


@pytest.mark.parametrize(
    ("seconds", "level", "left"), [(1.5, 0.5, True), (0.5, 0.5, False), (1.5, 0.05, False), (0.0, 0.5, False)]
)
def test_speech_is_left_in_a_rest_that_is_long_and_loud(seconds: float, level: float, left: bool) -> None:
    whole = np.full(3 * SAMPLE_RATE_HZ, 0.5, dtype=np.float32)
    rest = np.full(round(seconds * SAMPLE_RATE_HZ), level, dtype=np.float32)
    assert holds_speech(rest, whole) is left
