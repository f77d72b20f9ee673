"""torchaudio's functions against what they compute, worked out with NumPy."""

import subprocess
import sys

import numpy as np
import pytest

from asr.audio.signal_processing import add_noise, convolve, resampling_kernel
from asr.samples import Samples


def tone(count: int, step: float) -> Samples:
    samples: Samples = (0.5 * np.sin(np.arange(count) * step)).astype(np.float32)
    return samples


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 20.0])
def test_noise_is_so_many_decibels_below_the_samples(snr_db: float) -> None:
    speech, noise = tone(8000, 0.3), tone(8000, 1.1)
    added = add_noise(speech, noise, snr_db) - speech
    assert 10 * np.log10(np.square(speech).sum() / np.square(added).sum()) == pytest.approx(snr_db, abs=0.01)


def test_a_convolution_is_that_of_numpy() -> None:
    samples, response = tone(50, 0.7), np.array([1.0, 0.0, -0.5], np.float32)
    assert convolve(samples, response) == pytest.approx(np.convolve(samples, response), abs=1e-6)


def test_a_kernel_has_one_filter_for_each_sample_of_a_step_and_keeps_the_level() -> None:
    kernel, looks_back = resampling_kernel(3, 2)
    assert kernel.dtype == np.float32
    assert kernel.shape == (2 * looks_back + 3, 2)
    assert kernel.sum(axis=0) == pytest.approx([1.0, 1.0], abs=0.01)  # a constant sound stays as it is


def test_it_is_imported_without_torch() -> None:
    code = "import sys, asr.audio.signal_processing; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
