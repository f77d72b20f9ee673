"""The noise like that of a kitchen."""

import numpy as np

from asr.samples import SAMPLE_RATE_HZ
from server.trials.kitchen_noise import SECONDS, kitchen_noise


def test_it_is_the_same_each_time_and_as_loud_as_can_be() -> None:
    noise = kitchen_noise()
    assert noise.dtype == np.float32
    assert len(noise) == SECONDS * SAMPLE_RATE_HZ
    assert np.abs(noise).max() == 1
    assert np.array_equal(noise, kitchen_noise())


def test_it_hums_rushes_and_clatters() -> None:
    noise = kitchen_noise()
    power = np.abs(np.fft.rfft(noise)) ** 2
    bands_hz = ((40, 160), (300, 1200), (1500, 5000))
    assert all(power[low * SECONDS : high * SECONDS].sum() > 0.02 * power.sum() for low, high in bands_hz)
    second = np.sqrt(np.square(noise.reshape(-1, SAMPLE_RATE_HZ // 10)).mean(axis=1))
    assert second.max() > 2 * np.median(second)
