"""A noise like that of a kitchen, for tests by voice that have no recording of one."""

import numpy as np
from numpy.typing import NDArray

from asr.samples import SAMPLE_RATE_HZ, Samples

SECONDS = 20
HUM_HZ = (50, 100, 150)
CLATTERS_A_SECOND = 1.5
CLATTER_SECONDS = 0.12
CLATTER_HZ = (1500, 5000)


def kitchen_noise() -> Samples:
    """Make a fridge that hums, water that runs, and dishes that clatter: float32 [n] mono 16 kHz, always the same."""
    random = np.random.default_rng(0)
    time = np.arange(SECONDS * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    hum = np.sum([np.sin(2 * np.pi * hz * time) / rank for rank, hz in enumerate(HUM_HZ, 1)], axis=0)
    noise = 0.3 * hum + _running_water(random, len(time)) + _clatter(random, len(time))
    loudest: Samples = (noise / np.abs(noise).max()).astype(np.float32)
    return loudest


def _running_water(random: np.random.Generator, length: int) -> NDArray[np.float64]:
    """Make pink noise, whose power falls with its frequency, in slow waves."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    pink: NDArray[np.float64] = np.fft.irfft(spectrum, length)
    waves = 1 + 0.5 * np.sin(2 * np.pi * np.arange(length) / (3 * SAMPLE_RATE_HZ))
    flowing: NDArray[np.float64] = pink / pink.std() * waves
    return flowing


def _clatter(random: np.random.Generator, length: int) -> NDArray[np.float64]:
    """Make short rings of metal and china at any time."""
    clatter = np.zeros(length)
    ring = np.arange(int(CLATTER_SECONDS * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    for start in random.integers(length - len(ring), size=int(CLATTERS_A_SECOND * SECONDS)):
        pitches = random.uniform(*CLATTER_HZ, size=3)
        rings = np.sum([np.sin(2 * np.pi * pitch * ring) for pitch in pitches], axis=0)
        clatter[start : start + len(ring)] += rings * np.exp(-ring / (CLATTER_SECONDS / 5)) * random.uniform(1, 3)
    return clatter
