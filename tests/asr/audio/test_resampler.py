import numpy as np
import pytest
import torch
import torchaudio.functional
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from asr.audio.resampler import Resampler
from asr.errors import AudioError

RATES = [(8_000, 16_000), (24_000, 16_000), (16_000, 24_000), (48_000, 16_000), (44_100, 16_000), (16_000, 16_000)]


def noise(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).uniform(-1, 1, count).astype(np.float32)


def resample(samples: NDArray[np.float32], rates: tuple[int, int], sizes: list[int]) -> NDArray[np.float32]:
    resampler = Resampler(*rates)
    parts, start = [], 0
    for size in [*sizes, len(samples)]:
        parts.append(resampler.push(samples[start : start + size]))
        start += size
    return np.concatenate([*parts, resampler.flush()])


@settings(deadline=None)
@given(st.sampled_from(RATES), st.integers(0, 3000), st.lists(st.integers(0, 700), max_size=12))
def test_any_chunking_gives_what_torchaudio_gives_for_the_whole(
    rates: tuple[int, int], count: int, sizes: list[int]
) -> None:
    samples = noise(count)
    whole = torchaudio.functional.resample(torch.from_numpy(samples), *rates).numpy() if count else samples
    np.testing.assert_allclose(resample(samples, rates, sizes), whole, atol=1e-5)


def test_single_samples_give_the_same_as_one_chunk() -> None:
    samples = noise(500)
    whole = resample(samples, (24_000, 16_000), [])
    np.testing.assert_allclose(resample(samples, (24_000, 16_000), [1] * 500), whole, atol=1e-5)


def test_long_input_is_filtered_in_blocks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resample(noise(5000), (48_000, 16_000), [])
    monkeypatch.setattr("asr.audio.resampler.MAX_FRAMES_AT_ONCE", 100)
    np.testing.assert_allclose(resample(noise(5000), (48_000, 16_000), []), whole, atol=1e-5)


def test_flush_begins_a_new_stream() -> None:
    resampler = Resampler(24_000, 16_000)
    first = np.concatenate([resampler.push(noise(300)), resampler.flush()])
    second = np.concatenate([resampler.push(noise(300)), resampler.flush()])
    np.testing.assert_array_equal(first, second)


def test_a_tone_keeps_its_pitch_and_level() -> None:
    def tone(rate: int) -> NDArray[np.float32]:
        return np.asarray(np.sin(2 * np.pi * 440 * np.arange(rate) / rate), dtype=np.float32)

    got = resample(tone(44_100), (44_100, 16_000), [])
    np.testing.assert_allclose(got[500:-500], tone(16_000)[500:-500], atol=0.01)


@pytest.mark.parametrize("rates", [(0, 16_000), (16_000, -1)])
def test_impossible_rates_are_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(AudioError, match=f"{rates[0]} Hz to {rates[1]} Hz"):
        Resampler(*rates)
