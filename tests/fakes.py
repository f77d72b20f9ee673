"""Small real stand-ins for the models, for tests that are not about them."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np

from asr.samples import Samples
from asr.segmentation.vad import FRAME_SAMPLES
from asr.transcript import Hints, Segment, Transcript
from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Entity, Intent, Interpretation


class LoudnessDetector:
    """Takes loud frames for speech."""

    def probabilities(self, samples: Samples) -> Samples:
        loud: Samples = (np.abs(samples.reshape(-1, FRAME_SAMPLES)).mean(axis=1) > 0.05).astype(np.float32)
        return loud

    def reset(self) -> None:
        """Nothing is remembered."""


class EachByItself:
    """The parts of a recogniser that follow from how it hears one utterance."""

    languages: frozenset[str] | None = None

    def hinted(self, hints: Hints) -> "EachByItself":
        return self

    def transcribe(self, samples: Samples) -> Transcript:
        raise NotImplementedError

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        return [self.transcribe(samples) for samples in utterances]

    def glimpse(self, samples: Samples) -> Transcript:
        return self.transcribe(samples)


class CountingRecognizer(EachByItself):
    """Hears the length of the audio: `350 milliseconds`; silence is no speech."""

    def transcribe(self, samples: Samples) -> Transcript:
        seconds = len(samples) / 16_000
        if not np.any(np.abs(samples) > 0.05):
            return Transcript("", "en", seconds)
        text = f"{round(seconds * 1000)} milliseconds"
        return Transcript(text, "en", seconds, (Segment(0.0, seconds, text),))


class EchoUnderstanding:
    """Repeats what was said, and counts the turns of each conversation."""

    alive = True

    def __init__(self) -> None:
        self.turns: dict[str, int] = {}
        self.past: dict[str, list[str]] = {}
        self.set_aside_ids: list[str] = []

    def interpret(self, text: str) -> Interpretation:
        intent = Intent("echo", 0.875)
        return Interpretation(text, intent, (intent,), (Entity("word", text.split()[0], 0, 1, "echo"),))

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        self.turns[conversation_id] = turn = self.turns.get(conversation_id, 0) + 1
        return Reply((f"You said {interpretation.text}. That was turn {turn}.",), ("echo:1",), ("action_echo",))

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        return Reply(tuple(f"{output.name} returned {output.output}." for output in outputs))

    def rewind(self, conversation_id: str) -> None:
        self.turns[conversation_id] -= 1

    def forget(self, conversation_id: str) -> None:
        self.turns.pop(conversation_id, None)

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        self.past.setdefault(conversation_id, []).append(past.text)

    def branch(self, origin_id: str, conversation_id: str) -> None:
        self.turns[conversation_id] = self.turns.get(origin_id, 0)
        self.past[conversation_id] = list(self.past.get(origin_id, ()))

    def set_aside(self, conversation_id: str) -> None:
        self.set_aside_ids.append(conversation_id)

    def hold(self) -> AbstractContextManager["EchoUnderstanding"]:
        return nullcontext(self)


class ChoosingUnderstanding(EchoUnderstanding):
    """Gives a picture and two buttons with each reply."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        buttons = [{"title": "Great", "payload": "/great"}, {"title": "Sad", "payload": "/sad"}]
        reply = super().respond(conversation_id, interpretation, offer)
        return replace(reply, messages=({"buttons": buttons}, {"image": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}))


class FailingUnderstanding(EchoUnderstanding):
    """Breaks on the word `break`."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        if "break" in interpretation.text:
            raise RuntimeError("a secret detail")
        return super().respond(conversation_id, interpretation, offer)


class GatedUnderstanding(EchoUnderstanding):
    """Answers only once the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.gate = threading.Event()

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        self.entered.set()
        assert self.gate.wait(timeout=10)
        return super().respond(conversation_id, interpretation, offer)


class ToneSynthesizer:
    """A tenth of a second of tone for each word."""

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        count = int(2400 * len(text.split()) / speed)
        tone: Samples = (0.25 * np.sin(np.arange(count) * 0.1)).astype(np.float32)
        return tone


def loud(seconds: float, rate_hz: int = 24_000) -> Samples:
    """Noise that counts as speech."""
    rng = np.random.default_rng(7)
    noise: Samples = rng.uniform(-0.5, 0.5, int(seconds * rate_hz)).astype(np.float32)
    return noise


def silence(seconds: float, rate_hz: int = 24_000) -> Samples:
    """Zeros."""
    return np.zeros(int(seconds * rate_hz), np.float32)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return as soon as the condition holds; for what another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.005)
