"""Levels, and channels that cancel each other."""

import numpy as np
import pytest

from asr.audio.levels import MOST_GAIN, USUAL_LEVEL, LevelMeter, to_mono
from asr.samples import Samples
from tests.fakes import loud


def measured(samples: Samples, step: int = 1000) -> LevelMeter:
    meter = LevelMeter()
    for start in range(0, len(samples), step):
        meter.push(samples[start : start + step])
    meter.flush()
    return meter


def test_the_level_is_that_of_the_loudest_tenth_of_a_second_whatever_the_blocks() -> None:
    samples = np.concatenate([np.full(1600, 0.1), np.full(1600, 0.02), np.zeros(1600)]).astype(np.float32)
    assert measured(samples).loudest == measured(samples, 7).loudest == pytest.approx(0.1)
    assert measured(samples).decibels == pytest.approx(-20)


def test_a_click_is_not_loud() -> None:
    click = np.zeros(16_000, np.float32)
    click[100:103] = 1.0
    assert measured(click).loudest < USUAL_LEVEL


@pytest.mark.parametrize(("level", "gain"), [(0.5, 1.0), (0.05, 1.0), (0.005, 10.0), (1e-6, MOST_GAIN), (0.0, 1.0)])
def test_only_what_is_quiet_is_made_louder(level: float, gain: float) -> None:
    assert measured(np.full(1600, level, np.float32)).gain == pytest.approx(gain)


def test_less_than_a_frame_counts() -> None:
    assert measured(np.full(800, 0.1, np.float32)).loudest == pytest.approx(0.1 / np.sqrt(2))


def test_channels_are_averaged_unless_they_cancel_each_other() -> None:
    sound = loud(0.1)
    np.testing.assert_allclose(to_mono(np.stack([sound, sound * 0.5], axis=1)), sound * 0.75)
    np.testing.assert_array_equal(to_mono(np.stack([sound * 0.9, -sound], axis=1)), -sound)
    np.testing.assert_array_equal(to_mono(sound[:, np.newaxis]), sound)
    np.testing.assert_allclose(to_mono(np.stack([sound, *[0 * sound] * 7], axis=1)), sound / 8)
    assert not to_mono(np.zeros((10, 2), np.float32)).any()
    assert to_mono(np.zeros((0, 2), np.float32)).shape == (0,)
