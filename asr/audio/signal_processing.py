"""torchaudio's signal processing over samples: the only module that imports it.

It is slow to import, as torch is, and most streams need none of it: each function imports what it calls.
"""

import numpy as np

from asr.samples import Samples


def resampling_kernel(source_step: int, target_step: int) -> tuple[Samples, int]:
    """Make the windowed-sinc filter from one rate to another, both divided by what they share.

    Returns the filter, float32 [taps, target_step], and how many samples it looks back.
    """
    from torchaudio.transforms import Resample

    transform = Resample(source_step, target_step)
    taps = transform.kernel[:, 0, :].numpy().T
    return np.ascontiguousarray(taps, dtype=np.float32), int(transform.width)


def add_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Mix in noise of the same length, `snr_db` decibels below the samples; neither may be silent."""
    import torch
    from torchaudio.functional import add_noise

    mixed: Samples = add_noise(torch.from_numpy(samples), torch.from_numpy(noise), torch.tensor(float(snr_db))).numpy()
    return mixed


def convolve(samples: Samples, response: Samples) -> Samples:
    """Convolve float32 [n] with an impulse response [m]; returns [n + m - 1]."""
    import torch
    from torchaudio.functional import fftconvolve

    wet: Samples = fftconvolve(torch.from_numpy(samples), torch.from_numpy(response)).numpy()
    return wet
