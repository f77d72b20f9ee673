"""Changes the sampling rate of a stream, the same whatever its chunks."""

from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from asr.audio.signal_processing import resampling_kernel
from asr.errors import AudioError
from asr.samples import Samples

MAX_FRAMES_AT_ONCE = 1 << 15  # bounds the memory of one matrix product


class Resampler:
    """A windowed-sinc resampler with torchaudio's kernel that remembers where a chunk ended.

    `push` and `flush` together return what `torchaudio.functional.resample` returns for the whole stream, which
    is ceil(n * target / source) samples. For one stream; not safe for several threads.
    """

    def __init__(self, source_hz: int, target_hz: int) -> None:
        if source_hz <= 0 or target_hz <= 0:
            raise AudioError(f"cannot resample from {source_hz} Hz to {target_hz} Hz; both must be above 0")
        divisor = gcd(source_hz, target_hz)
        self._source_step = source_hz // divisor
        self._target_step = target_hz // divisor
        self._kernel, self._width = _kernel(self._source_step, self._target_step)
        self._received = self._returned = 0
        self._waiting: Samples = np.zeros(self._width, dtype=np.float32)

    def push(self, samples: Samples) -> Samples:
        """The target samples that became certain with `samples`: float32 [n] mono at the source rate."""
        if self._source_step == self._target_step:
            return samples.astype(np.float32)
        self._received += len(samples)
        self._waiting = np.concatenate([self._waiting, samples.astype(np.float32, copy=False)])
        result = self._filter_waiting()
        self._returned += len(result)
        return result

    def flush(self) -> Samples:
        """The rest of the stream, as if silence followed it; the next `push` begins a new one."""
        total = -(-self._received * self._target_step // self._source_step)
        tail = np.zeros(self._width + self._source_step, dtype=np.float32)
        self._waiting = np.concatenate([self._waiting, tail])
        result = self._filter_waiting()[: total - self._returned]
        self._received = self._returned = 0
        self._waiting = np.zeros(self._width, dtype=np.float32)
        return result

    def _filter_waiting(self) -> Samples:
        taps, step = self._kernel.shape[0], self._source_step
        frames = (len(self._waiting) - taps) // step + 1
        if frames <= 0:
            return np.zeros(0, dtype=np.float32)
        # The overlapping windows, without a copy; NumPy's own functions for that take as long as the product.
        size = self._waiting.itemsize
        windows: NDArray[np.float32] = np.ndarray(
            (frames, taps), np.float32, self._waiting, strides=(step * size, size)
        )
        blocks = [
            windows[start : start + MAX_FRAMES_AT_ONCE] @ self._kernel for start in range(0, frames, MAX_FRAMES_AT_ONCE)
        ]
        self._waiting = self._waiting[frames * step :].copy()
        result: Samples = np.concatenate(blocks).reshape(-1)
        return result


@cache
def _kernel(source_step: int, target_step: int) -> tuple[Samples, int]:
    """The filter, float32 [taps, target_step], and how many samples it looks back."""
    if source_step == target_step:
        return np.ones((1, 1), dtype=np.float32), 0
    return resampling_kernel(source_step, target_step)
