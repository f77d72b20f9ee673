from dataclasses import replace

import numpy as np
import pytest
import torch
from whisper.audio import log_mel_spectrogram, pad_or_trim
from whisper.model import Whisper

from asr.model.audio_encoder import ContextEncoder, context_positions
from tests.asr.conftest import EXACT

NOISE = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)


@pytest.mark.parametrize(
    ("duration", "margin", "minimum", "positions"),
    [(1.0, 2.0, 10.0, 500), (20.0, 4.0, 10.0, 1200), (8.01, 2.0, 8.0, 550), (9.2, 0.5, 8.0, 500)],
)
def test_context_follows_the_audio(duration: float, margin: float, minimum: float, positions: int) -> None:
    assert context_positions(duration, margin, minimum) == positions


def test_the_full_context_is_what_whisper_hears(wordy_model: Whisper) -> None:
    mel = log_mel_spectrogram(pad_or_trim(torch.from_numpy(NOISE)))
    with torch.no_grad():
        expected = wordy_model.encoder(mel[None])
    heard = ContextEncoder(wordy_model, EXACT).encode([NOISE], 9999)
    torch.testing.assert_close(heard, expected, rtol=1e-4, atol=1e-4)


def test_a_short_context_is_what_a_whisper_of_that_context_hears(small_model: Whisper) -> None:
    shorter = Whisper(replace(small_model.dims, n_audio_ctx=60)).eval()
    state = small_model.state_dict()
    state["encoder.positional_embedding"] = state["encoder.positional_embedding"][:60]
    shorter.load_state_dict(state)
    expected = ContextEncoder(shorter, EXACT).encode([NOISE], 60)
    assert expected.shape == (1, 60, 8)
    torch.testing.assert_close(ContextEncoder(small_model, EXACT).encode([NOISE], 60), expected, rtol=1e-5, atol=1e-5)


def test_windows_do_not_hear_each_other(small_model: Whisper) -> None:
    """Neither through attention nor through whisper's floor of the spectrum, which follows the loudest sound."""
    encoder = ContextEncoder(small_model, EXACT)
    windows = [NOISE, NOISE[:4000] * 1e-3, NOISE[::-1].copy() * 0.9]
    alone = torch.cat([encoder.encode([samples], 60) for samples in windows])
    torch.testing.assert_close(encoder.encode(windows, 60), alone, rtol=1e-4, atol=1e-4)


def test_bfloat16_hears_nearly_the_same(small_model: Whisper) -> None:
    exact = ContextEncoder(small_model, EXACT).encode([NOISE], 60)
    rounded = ContextEncoder(small_model, replace(EXACT, encoder=torch.bfloat16)).encode([NOISE], 60)
    assert rounded.dtype == torch.bfloat16
    assert (rounded - exact).abs().mean() < 0.05 * exact.abs().mean()


@pytest.mark.parametrize("count", [1, 160, 100_000])
def test_any_length_of_audio_fits(small_model: Whisper, count: int) -> None:
    samples = np.full(count, 0.1, dtype=np.float32)
    features = ContextEncoder(small_model, EXACT).encode([samples], 50)
    assert features.shape == (1, 50, 8)
    assert torch.isfinite(features).all()
