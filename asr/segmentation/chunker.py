"""Cuts a long recording into chunks that fill Whisper's window and end in silence, in bounded memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from asr.options import SegmenterOptions
from asr.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples
from asr.segmentation.speech_events import Segmenter, SpeechEvent, SpeechPaused, SpeechStarted, SpeechStopped

LONGEST_CHUNK_MS = 28_000  # what is left of Whisper's 30 seconds holds the silence after the last word
EARLIEST_CUT_MS = 14_000  # the end of an utterance before this is no better a place to cut than a later pause
EARLIEST_FORCED_CUT_MS = 20_000
LONGEST_GAP_MS = 3_000  # Whisper makes up words in a longer silence
SLICE_SAMPLES = SAMPLE_RATE_HZ
QUIET_SAMPLES = SAMPLE_RATE_HZ // 10


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A stretch of a recording with speech in it: float32 [n] mono 16 kHz, and where it begins."""

    samples: Samples
    start_ms: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Speech between two silences; a longer silence ends an utterance."""

    start_ms: int
    end_ms: int
    ends_utterance: bool


class Chunker:
    """Joins what a segmenter finds in one recording into chunks; not safe for several threads.

    A chunk lasts at most 28 seconds and ends where an utterance does, if that gives more than half a chunk, else in a
    pause, else, where nobody pauses, at the quietest moment. The chunks depend on the audio alone, not on the sizes
    of the blocks it came in; little more than one chunk of audio is held.
    """

    def __init__(self, segmenter: Segmenter, options: SegmenterOptions) -> None:
        """`options`: those that `segmenter` was made with."""
        self._segmenter = segmenter
        self._look_back_ms = options.prefix_padding_ms + options.min_speech_ms + 1000
        self._certain_after_ms = options.silence_duration_ms + 100  # by then it is known whether a pause ends speech
        self._held: Samples = np.zeros(0, dtype=np.float32)
        self._held_from_ms = 0
        self._phrases: list[_Phrase] = []  # of the chunk in the making
        self._speech_from_ms: int | None = None  # of the phrase that has not ended

    def push(self, samples: Samples) -> list[Chunk]:
        """The chunks that are finished by the next samples, float32 [n] mono 16 kHz."""
        chunks: list[Chunk] = []
        for start in range(0, len(samples), SLICE_SAMPLES):
            part = samples[start : start + SLICE_SAMPLES]
            self._held = np.concatenate([self._held, part])
            chunks += self._take(self._segmenter.push(part))
            while self._start_ms is not None and self._now_ms - self._start_ms > self._enough_ms:
                chunks.append(self._cut())
            self._forget()
        return chunks

    def flush(self) -> list[Chunk]:
        """The chunks of what is left; the recording ends here."""
        return self._take(self._segmenter.flush()) + self._finish()

    @property
    def _now_ms(self) -> int:
        return self._held_from_ms + len(self._held) // SAMPLES_PER_MS

    @property
    def _start_ms(self) -> int | None:
        return self._phrases[0].start_ms if self._phrases else self._speech_from_ms

    @property
    def _enough_ms(self) -> int:
        """How much must be heard since the chunk began before it is cut, when speech may go on."""
        return LONGEST_CHUNK_MS + self._certain_after_ms

    def _take(self, events: Sequence[SpeechEvent]) -> list[Chunk]:
        chunks: list[Chunk] = []
        for event, following in pairwise([*events, None]):
            if isinstance(event, SpeechStarted):
                chunks += self._begin(event.start_ms)
            elif isinstance(event, SpeechPaused):
                self._pause(event.utterance.end_ms)
            elif isinstance(event, SpeechStopped) and not _goes_on(event, following):
                self._stop(event.utterance.end_ms)
        return chunks

    def _begin(self, start_ms: int) -> list[Chunk]:
        if self._speech_from_ms is not None:
            return []  # the utterance before was cut short and this goes on with it
        far = bool(self._phrases) and start_ms - self._phrases[-1].end_ms > LONGEST_GAP_MS
        chunks = self._finish() if far else []
        self._speech_from_ms = start_ms
        return chunks

    def _pause(self, end_ms: int) -> None:
        if self._speech_from_ms is not None and end_ms > self._speech_from_ms:
            self._phrases.append(_Phrase(self._speech_from_ms, end_ms, ends_utterance=False))
            self._speech_from_ms = end_ms

    def _stop(self, end_ms: int) -> None:
        self._pause(end_ms)
        self._speech_from_ms = None
        if self._phrases:
            self._phrases[-1] = replace(self._phrases[-1], ends_utterance=True)

    def _finish(self) -> list[Chunk]:
        """All that is left as chunks; nobody is speaking."""
        chunks: list[Chunk] = []
        while self._phrases and self._phrases[-1].end_ms - self._phrases[0].start_ms > LONGEST_CHUNK_MS:
            chunks.append(self._cut())
        if self._phrases:
            chunks.append(self._chunk(self._phrases[0].start_ms, self._phrases[-1].end_ms))
        self._phrases.clear()
        return chunks

    def _cut(self) -> Chunk:
        """The first chunk of what has begun, which is longer than a chunk or goes on."""
        start = self._start_ms or 0
        fitting = [phrase for phrase in self._phrases if phrase.end_ms - start <= LONGEST_CHUNK_MS]
        if not fitting:
            return self._cut_within_speech(start)
        good = [phrase for phrase in fitting if phrase.ends_utterance and phrase.end_ms - start >= EARLIEST_CUT_MS]
        last = (good or fitting)[-1]
        del self._phrases[: self._phrases.index(last) + 1]
        return self._chunk(start, last.end_ms)

    def _cut_within_speech(self, start_ms: int) -> Chunk:
        searched = self._read(start_ms + EARLIEST_FORCED_CUT_MS, start_ms + LONGEST_CHUNK_MS)
        end_ms = start_ms + EARLIEST_FORCED_CUT_MS + quietest_ms(searched)
        if self._phrases:
            self._phrases[0] = replace(self._phrases[0], start_ms=end_ms)
        else:
            self._speech_from_ms = end_ms
        return self._chunk(start_ms, end_ms)

    def _chunk(self, start_ms: int, end_ms: int) -> Chunk:
        return Chunk(self._read(start_ms, end_ms), start_ms)

    def _read(self, start_ms: int, end_ms: int) -> Samples:
        first, last = ((time - self._held_from_ms) * SAMPLES_PER_MS for time in (start_ms, end_ms))
        return self._held[first:last].copy()

    def _forget(self) -> None:
        start = self._start_ms
        keep_from = self._now_ms - self._look_back_ms if start is None else start - self._look_back_ms
        surplus = max(0, keep_from - self._held_from_ms)
        self._held = self._held[surplus * SAMPLES_PER_MS :].copy()
        self._held_from_ms += surplus


def _goes_on(stopped: SpeechStopped, following: SpeechEvent | None) -> bool:
    """Whether an utterance was only cut for its length, and speech goes on in the next one."""
    at = stopped.end_ms
    return isinstance(following, SpeechStarted) and following.start_ms == stopped.utterance.end_ms == at


def quietest_ms(samples: Samples) -> int:
    """The middle of the quietest tenth of a second of `samples`: float32 [n] mono 16 kHz, n at least 1600."""
    frames = samples[: len(samples) // QUIET_SAMPLES * QUIET_SAMPLES].reshape(-1, QUIET_SAMPLES)
    quietest = int(np.square(frames).mean(axis=1).argmin())
    return (quietest * QUIET_SAMPLES + QUIET_SAMPLES // 2) // SAMPLES_PER_MS
