"""Cuts a stream of audio into utterances, counting audio time and never the clock."""

from collections import deque

import numpy as np

from asr.options import SegmenterOptions
from asr.samples import SAMPLES_PER_MS, Samples, check_finite
from asr.segmentation.pauses import Pause
from asr.segmentation.speech_events import (
    SpeechContinued,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
    SpeechStopped,
    Utterance,
)
from asr.segmentation.vad import FRAME_SAMPLES, VoiceDetector

HYSTERESIS = 0.15  # how far below the threshold voice must fall to count as silence, as in Silero's own iterator


class _Window:
    """The latest stretch of the stream, by absolute sample number."""

    def __init__(self) -> None:
        self._parts: deque[Samples] = deque()
        self.start = self.end = 0

    def append(self, samples: Samples) -> None:
        self._parts.append(samples)
        self.end += len(samples)

    def forget_before(self, position: int) -> None:
        while self._parts and self.start + len(self._parts[0]) <= position:
            self.start += len(self._parts.popleft())
        if self._parts and self.start < position:
            self._parts[0] = self._parts[0][position - self.start :]
            self.start = position

    def read_until(self, position: int) -> Samples:
        held: Samples = np.concatenate([np.zeros(0, np.float32), *self._parts])
        return held[: position - self.start].copy()


class VadSegmenter:
    """Finds the utterances of one stream: 16 kHz samples in, speech events out.

    The events depend on the audio and on where in it `hold` is called, not on the sizes of the chunks it came in. In
    silence only the padding is kept. Not safe for several threads.
    """

    def __init__(self, options: SegmenterOptions, detector: VoiceDetector) -> None:
        self._threshold = options.threshold
        self._padding = options.prefix_padding_ms * SAMPLES_PER_MS
        self._usual_silence = self._silence = options.silence_duration_ms * SAMPLES_PER_MS
        self._pause = min(options.pause_ms, options.silence_duration_ms) * SAMPLES_PER_MS
        self._partial = options.partial_ms * SAMPLES_PER_MS
        self._min_speech = options.min_speech_ms * SAMPLES_PER_MS
        self._max_utterance = options.max_utterance_ms * SAMPLES_PER_MS
        self._detector = detector
        self._frame = np.zeros(0, dtype=np.float32)  # what does not fill a frame yet
        self._window = _Window()
        self._speaking = False
        self._voice_start: int | None = None  # of speech that is still too short to count
        self._silence_start: int | None = None  # of the silence that may end the utterance
        self._paused = False  # whether that silence was reported
        self._pauses: list[Pause] = []  # silences before it, in samples of the stream
        self._reported_until = 0  # where the last reported part of the utterance ended

    @property
    def speaking(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._speaking

    def push(self, samples: Samples) -> list[SpeechEvent]:
        """What the next samples, float32 [n] mono 16 kHz, bring about. Raises AudioError on NaN or infinity."""
        check_finite(samples, "the stream")
        held = np.concatenate([self._frame, samples.astype(np.float32, copy=False)])
        whole = len(held) - len(held) % FRAME_SAMPLES
        self._frame = held[whole:].copy()
        if not whole:
            return []
        events: list[SpeechEvent] = []
        probabilities = self._detector.probabilities(held[:whole]).tolist()
        for frame, probability in zip(held[:whole].reshape(-1, FRAME_SAMPLES), probabilities, strict=True):
            events += self._hear(frame.copy(), probability)
        return events

    def hold(self, sample_count: int, silence_ms: int) -> list[SpeechEvent]:
        """Has the running silence end the utterance once it has lasted `silence_ms`; now, if it already has.

        Only in the pause that was reported with `sample_count` samples: once speech goes on, the usual silence counts
        again. Where the utterance ends is a matter of when, in samples pushed, this is called.
        """
        silence_start = self._silence_start
        if not self._paused or silence_start is None:
            return []
        if silence_start + self._pause - self._window.start != sample_count:
            return []
        self._silence = silence_ms * SAMPLES_PER_MS
        end = self._window.end
        return [self._stop(end)] if end - silence_start >= self._silence else []

    def flush(self) -> list[SpeechEvent]:
        """Ends the stretch of audio here: a running utterance stops, and nothing heard is used again."""
        self._window.append(self._frame)
        self._frame = np.zeros(0, dtype=np.float32)
        events: list[SpeechEvent] = [self._stop(self._window.end)] if self._speaking else []
        self.clear()
        return events

    def clear(self) -> None:
        """Throws away what is held, without an event; time goes on from the beginning of the stream."""
        self._window.append(self._frame)
        self._window.forget_before(self._window.end)
        self._frame = np.zeros(0, dtype=np.float32)
        self._forget_speech()
        self._detector.reset()

    def _hear(self, frame: Samples, probability: float) -> list[SpeechEvent]:
        frame_start = self._window.end
        self._window.append(frame)
        if self._speaking:
            return self._hear_in_speech(probability, frame_start)
        return self._hear_in_silence(probability, frame_start)

    def _hear_in_silence(self, probability: float, frame_start: int) -> list[SpeechEvent]:
        if self._voice_start is None and probability >= self._threshold:
            self._voice_start = frame_start
        elif probability < self._threshold - HYSTERESIS:
            self._voice_start = None
        if self._voice_start is None:
            self._window.forget_before(self._window.end - self._padding)
            return []
        self._window.forget_before(self._voice_start - self._padding)
        if self._window.end - self._voice_start < self._min_speech:
            return []
        return [self._start()]

    def _hear_in_speech(self, probability: float, frame_start: int) -> list[SpeechEvent]:
        if probability >= self._threshold:
            if self._silence_start is not None:
                self._pauses.append((self._silence_start, frame_start))
            self._forget_silence()
        elif self._silence_start is None and probability < self._threshold - HYSTERESIS:
            self._silence_start = frame_start
        silence_start, end = self._silence_start, self._window.end
        events = self._part_events(silence_start, end)
        if silence_start is not None and end - silence_start >= self._silence:
            return [*events, self._stop(silence_start + self._silence)]
        if end - self._window.start < self._max_utterance:
            return events
        stopped = self._stop(self._window.start + self._max_utterance)
        return [*events, stopped] if silence_start is not None else [stopped, self._start()]

    def _part_events(self, silence_start: int | None, end: int) -> list[SpeechEvent]:
        """What was said so far, at a pause and from time to time."""
        if silence_start is None:
            if not self._partial or end - self._reported_until < self._partial:
                return []
            self._reported_until = end
            return [SpeechContinued(self._utterance(end))]
        if self._paused or end - silence_start < self._pause:
            return []
        self._paused = True
        return [SpeechPaused(self._utterance(silence_start + self._pause))]

    def _start(self) -> SpeechStarted:
        self._speaking = True
        self._reported_until = self._window.end
        return SpeechStarted(self._window.start // SAMPLES_PER_MS)

    def _stop(self, position: int) -> SpeechStopped:
        spoken = position if self._silence_start is None else min(position, self._silence_start + self._pause)
        utterance = self._utterance(spoken)
        self._window.forget_before(position)
        self._forget_speech()
        return SpeechStopped(position // SAMPLES_PER_MS, utterance)

    def _utterance(self, end: int) -> Utterance:
        start_ms, end_ms = self._window.start // SAMPLES_PER_MS, end // SAMPLES_PER_MS
        start = self._window.start
        pauses = tuple((begin - start, stop - start) for begin, stop in self._pauses)
        return Utterance(self._window.read_until(end), start_ms, end_ms, pauses)

    def _forget_silence(self) -> None:
        self._silence_start, self._paused = None, False
        self._silence = self._usual_silence

    def _forget_speech(self) -> None:
        self._speaking, self._voice_start = False, None
        self._pauses.clear()
        self._forget_silence()
