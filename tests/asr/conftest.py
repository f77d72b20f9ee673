"""Speech and models that several tests of this package share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import Tokenizer

from asr.audio.resampler import Resampler
from asr.decoding.token_rules import TokenRules
from asr.model.checkpoint import load_model
from asr.model.numerics import Numerics
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer, tokenizer_for
from asr.samples import SAMPLE_RATE_HZ, Samples

Speak = Callable[[str], Samples]

EXACT = Numerics(torch.device("cpu"), torch.float32, torch.float32, quantized=False)
SENTENCE = "Do you have these headphones in black?"
SPEECH_HZ = 24_000


@pytest.fixture(scope="session")
def speak() -> Speak:
    """Has the synthesiser speak a text: float32 [n] 16 kHz."""
    from hibari import Hibari

    voice = Hibari()

    def spoken(text: str) -> Samples:
        resampler = Resampler(SPEECH_HZ, SAMPLE_RATE_HZ)
        samples = np.asarray(voice(text, seed=0), dtype=np.float32)
        return np.concatenate([resampler.push(samples), resampler.flush()])

    return spoken


@pytest.fixture(scope="session")
def speech(speak: Speak) -> Samples:
    """`SENTENCE`, spoken."""
    return speak(SENTENCE)


@pytest.fixture(scope="session")
def tiny_model() -> Whisper:
    """The default model with the real weights."""
    return load_model(RecognizerOptions().model)


@pytest.fixture(scope="session")
def recognizer(tiny_model: Whisper) -> WhisperRecognizer:
    """The default recogniser with the real weights."""
    return WhisperRecognizer(tiny_model, RecognizerOptions())


@pytest.fixture(scope="session")
def bench_audio() -> Path:
    """The folder of recorded speech beside the checkout."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "bench" / "asr"
    if not folder.is_dir():
        pytest.skip(f"no recorded speech at {folder}")
    return folder


def random_whisper(*, context: int, heads: int, layers: int, vocabulary: int, text_context: int) -> Whisper:
    """A Whisper of seeded noise, 8 numbers wide."""
    torch.manual_seed(0)
    dims = ModelDimensions(
        n_mels=80,
        n_audio_ctx=context,
        n_audio_state=8,
        n_audio_head=heads,
        n_audio_layer=layers,
        n_vocab=vocabulary,
        n_text_ctx=text_context,
        n_text_state=8,
        n_text_head=heads,
        n_text_layer=layers,
    )
    model = Whisper(dims).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.5)
    return model.requires_grad_(False)


@pytest.fixture
def small_model() -> Whisper:
    """A random Whisper of the smallest size, with two heads and two layers."""
    return random_whisper(context=100, heads=2, layers=2, vocabulary=60, text_context=16)


@pytest.fixture(scope="session")
def wordy_model() -> Whisper:
    """A random Whisper that is narrow but has the full context and the English vocabulary."""
    return random_whisper(context=1500, heads=2, layers=1, vocabulary=51864, text_context=448)


@pytest.fixture(scope="session")
def multilingual_model() -> Whisper:
    """A random Whisper like `wordy_model`, with the vocabulary of all languages."""
    return random_whisper(context=1500, heads=2, layers=1, vocabulary=51865, text_context=448)


@pytest.fixture(scope="session")
def tokenizer(wordy_model: Whisper) -> Tokenizer:
    return tokenizer_for(wordy_model, "en")


@pytest.fixture(scope="session")
def rules(tokenizer: Tokenizer) -> TokenRules:
    return TokenRules(tokenizer)
