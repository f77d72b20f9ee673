"""Text to speech, sentence by sentence."""

import re
from typing import Protocol

import numpy as np

from asr.samples import Samples

# A full stop ends a sentence only before a space and something that can begin one; "$79.99" and "2.4 inches" do not.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_NOT_AN_END = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|vs|approx)|\b[A-Z])\.$")


class Synthesizer(Protocol):
    """Speaks a sentence."""

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        """Speak the sentence as float32 [n], mono 24 kHz, in -1..1; `speed` is 0.25 to 1.5, 1 is natural."""


class HibariSynthesizer:
    """The built-in English voice, hibari-tts (ONNX, one thread). Thread-safe; the same text gives the same sound."""

    def __init__(self) -> None:
        from hibari import Hibari

        self._voice = Hibari()
        self._voice("Ready.")  # the first call builds the pronunciation tables

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        """Speak the sentence as float32 [n], mono 24 kHz; text without a letter or digit is silence of no length."""
        if not any(character.isalnum() for character in text):
            return np.zeros(0, np.float32)
        # hibari speaks at 0.5 and above.
        samples = self._voice(text, speed=max(speed, 0.5), seed=0)
        return np.clip(np.asarray(samples, dtype=np.float32), -1.0, 1.0)


def sentences(text: str) -> list[str]:
    """Split a reply into sentences; joined by a space they are the text with its white space made single."""
    text = " ".join(text.split())
    pieces: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()].rstrip()
        if not _NOT_AN_END.search(piece):
            pieces.append(piece)
            start = end.end()
    return [*pieces, text[start:]] if text[start:] else pieces
