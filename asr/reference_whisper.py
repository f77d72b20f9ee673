"""The parts of OpenAI's `whisper` that are used here, imported without numba, which only its word times need.

whisper imports its word times at once, and numba with them: half a second and 60 MiB. Here it gets a function in their
place that imports them when it is called; `whisper.timing` itself is Python's own for whoever imports it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

TIMING = "whisper.timing"


def add_word_timestamps(**settings: Any) -> None:
    """Call whisper's own function of this name, which is imported, and compiled, at its first call."""
    from whisper import timing

    timing.add_word_timestamps(**settings)


@contextmanager
def _without_word_times() -> Iterator[None]:
    """Let whisper find a stand-in for its word times, if they are not there yet."""
    if TIMING in sys.modules:
        yield
        return
    sys.modules[TIMING] = ModuleType(TIMING)
    sys.modules[TIMING].__dict__["add_word_timestamps"] = add_word_timestamps
    try:
        yield
    finally:
        del sys.modules[TIMING]


with _without_word_times():
    from whisper import _ALIGNMENT_HEADS as ALIGNMENT_HEADS
    from whisper.audio import HOP_LENGTH, N_SAMPLES, SAMPLE_RATE, log_mel_spectrogram, pad_or_trim
    from whisper.model import ModelDimensions, MultiHeadAttention, ResidualAttentionBlock, Whisper
    from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

__all__ = [
    "ALIGNMENT_HEADS",
    "HOP_LENGTH",
    "LANGUAGES",
    "N_SAMPLES",
    "SAMPLE_RATE",
    "ModelDimensions",
    "MultiHeadAttention",
    "ResidualAttentionBlock",
    "Tokenizer",
    "Whisper",
    "add_word_timestamps",
    "get_tokenizer",
    "log_mel_spectrogram",
    "pad_or_trim",
]
