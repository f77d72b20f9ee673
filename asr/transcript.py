"""What was said: the transcript that every recogniser returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from asr.samples import Samples


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in the text, the space before it included; times in seconds from the start of the audio."""

    text: str
    start_seconds: float
    end_seconds: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech with its text; times in seconds from the start of the audio.

    The two probabilities are those of the window that the segment was heard in, as in `Transcript`. `words` is empty
    unless they were asked for.
    """

    start_seconds: float
    end_seconds: float
    text: str
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The text of one utterance.

    `text` is empty when no speech was found. `average_log_probability` is the mean natural-log probability of
    the decoded tokens (0 for an empty transcript); `no_speech_probability` is Whisper's own, in 0..1.
    """

    text: str
    language: str
    duration_seconds: float
    segments: tuple[Segment, ...] = ()
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of one speaker beforehand: the language (None: as set), and phrases that are likely."""

    language: str | None = None
    phrases: tuple[str, ...] = ()


def retimed(segment: Segment, time: Callable[[float], float]) -> Segment:
    """The segment, words included, with each time replaced by what `time` makes of it; in seconds."""
    words = tuple(
        replace(word, start_seconds=time(word.start_seconds), end_seconds=time(word.end_seconds))
        for word in segment.words
    )
    return replace(
        segment, start_seconds=time(segment.start_seconds), end_seconds=time(segment.end_seconds), words=words
    )


class Recognizer(Protocol):
    """Anything that turns speech into text."""

    @property
    def languages(self) -> frozenset[str] | None:
        """The codes of the languages it can be told to hear; None: any."""
        ...

    def hinted(self, hints: Hints) -> "Recognizer":
        """The same recogniser for one speaker, of a language that it knows; quick to make."""
        ...

    def transcribe(self, samples: Samples) -> Transcript:
        """The text of `samples`: float32 [n] mono 16 kHz."""
        ...

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        """The texts of several utterances, in their order, recognised side by side."""
        ...

    def glimpse(self, samples: Samples) -> Transcript:
        """The text at a first look, for speech that goes on and will be heard again."""
        ...
