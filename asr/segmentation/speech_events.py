"""Utterances, the events that bound them, and the segmenter that finds them."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from asr.samples import Samples
from asr.segmentation.pauses import Pause


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """What was said in one go: float32 [n] mono 16 kHz, and where it lies in the stream.

    Of the silence that ended it, only the first `pause_ms` are in it. `pauses` are the silences between words in it.
    """

    samples: Samples
    start_ms: int
    end_ms: int
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech was heard; its audio begins `start_ms` into the stream, padding included."""

    start_ms: int


@dataclass(frozen=True, slots=True)
class SpeechContinued:
    """Speech goes on; the utterance so far."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """A silence of `pause_ms` was heard. If it goes on and ends the utterance, that utterance has these samples.

    `Segmenter.hold` changes how long this silence may last.
    """

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """An utterance has ended; its audio ends `end_ms` into the stream, the silence included."""

    end_ms: int
    utterance: Utterance


SpeechEvent: TypeAlias = SpeechStarted | SpeechContinued | SpeechPaused | SpeechStopped


class Segmenter(Protocol):
    """Finds the utterances of one stream; times are milliseconds of the audio it was given."""

    @property
    def speaking(self) -> bool:
        """Whether an utterance has begun and not ended."""

    def push(self, samples: Samples) -> list[SpeechEvent]:
        """Take float32 [n] mono 16 kHz; return what began, paused and ended."""

    def hold(self, sample_count: int, silence_ms: int) -> list[SpeechEvent]:
        """Have the pause that was reported with `sample_count` samples end the utterance after `silence_ms`."""

    def flush(self) -> list[SpeechEvent]:
        """End the audio here: a running utterance ends with it."""
