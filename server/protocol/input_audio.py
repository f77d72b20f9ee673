"""The client's audio: from the bytes on the wire to utterances, by voice activity or by the client's own commits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from asr.audio.resampler import Resampler
from asr.options import SegmenterOptions
from asr.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples
from asr.segmentation.end_of_turn import Completeness
from asr.segmentation.pauses import Pause
from asr.segmentation.speech_events import (
    Segmenter,
    SpeechContinued,
    SpeechEvent,
    SpeechPaused,
    SpeechStarted,
    SpeechStopped,
)
from server.protocol.turn_taking import TurnRules, TurnTaking
from server.wire.audio_formats import WIRE_FORMATS
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import AudioInput, ServerVad

MIN_COMMIT_MS = 100
MAX_BUFFER_SECONDS = 60
SLICE_SECONDS = 0.1

NewSegmenter: TypeAlias = Callable[[SegmenterOptions], Segmenter]


@dataclass(frozen=True, slots=True, eq=False)
class Committed:
    """The audio of one user message: float32 [n], mono 16 kHz.

    `end_ms`: where in the session's audio the utterance was ended, if voice activity had found its beginning.
    """

    samples: Samples
    end_ms: int | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class UserSilent:
    """Nobody has spoken for as long as the client set; from the end of the last reply, in the session's audio."""

    start_ms: int
    end_ms: int


class InputAudio:
    """The input audio buffer of one session. Not thread-safe."""

    def __init__(self, new_segmenter: NewSegmenter, config: AudioInput, turn_taking: TurnTaking) -> None:
        self._new_segmenter = new_segmenter
        self._turn_taking = turn_taking
        self._heard_samples = 0  # all 16 kHz samples of this session
        self._awaiting_from: int | None = None  # where in them the user's silence began to count
        self._idle_timeout_ms = _idle_timeout_ms(config)
        self._rules: TurnRules | None
        self._next_rules: TurnRules | None  # what holds from the next utterance on
        self._segmenter: Segmenter | None
        self._begin(config.format.type, self._checked_rules(config))

    def configure(self, config: AudioInput) -> None:
        """Take over a changed format or turn detection; any other change leaves what is buffered alone.

        An utterance that is running ends by the rules it began with; the new ones hold from the next on.

        Raises:
            ProtocolError: the server cannot detect turns so; nothing is changed then.
        """
        format_type, rules = config.format.type, self._checked_rules(config)
        if self._idle_timeout_ms is None and self._awaiting_from is not None:
            # Nobody has counted until now.
            self._awaiting_from = max(self._awaiting_from, self._heard_samples)
        self._idle_timeout_ms = _idle_timeout_ms(config)
        if (format_type, rules) == (self._format, self._next_rules):
            return
        running = self._segmenter is not None and self._segmenter.speaking
        if running and rules is not None and format_type == self._format:
            self._next_rules = rules
        else:
            self._begin(format_type, rules)

    def _checked_rules(self, config: AudioInput) -> TurnRules | None:
        if config.turn_detection is None:
            return None
        try:
            rules = self._turn_taking.rules(config.turn_detection)
            self._new_segmenter(rules.segmenter)
        except ValueError as error:
            # What the protocol allows and what this server is set to can exclude each other.
            raise ProtocolError(ErrorCode.INVALID_VALUE, str(error), "session.audio.input.turn_detection") from error
        return rules

    def _begin(self, format_type: str, rules: TurnRules | None) -> None:
        self._format = format_type
        self._rules = self._next_rules = rules
        self.clear()

    @property
    def held_bytes(self) -> int:
        """How many bytes of samples wait for a commit, without turn detection."""
        return self._held_samples * 4

    def clear(self) -> None:
        """Drop what is buffered, a running utterance too."""
        self._odd = b""
        self._resampler = Resampler(WIRE_FORMATS[self._format].rate_hz, SAMPLE_RATE_HZ)
        self._drop_buffer()

    def _drop_buffer(self) -> None:
        self._held: list[Samples] = []
        self._held_samples = 0
        self._rules = self._next_rules
        self._segmenter = self._new_segmenter(self._rules.segmenter) if self._rules else None
        self._segmenter_start_ms = self._heard_samples // SAMPLES_PER_MS

    def append(self, audio: bytes) -> Iterator[SpeechEvent | UserSilent | None]:
        """Take bytes in the wire format; say what began, paused and ended, and None after each slice of 100 ms.

        Raises:
            ProtocolError: without turn detection, more than a minute waits for a commit.
        """
        wire = WIRE_FORMATS[self._format]
        audio = self._odd + audio
        whole = len(audio) // wire.bytes_per_sample * wire.bytes_per_sample
        self._odd = audio[whole:]
        step = int(wire.rate_hz * SLICE_SECONDS) * wire.bytes_per_sample
        for start in range(0, whole, step):
            samples = self._resampler.push(wire.decode(audio[start : min(start + step, whole)]))
            for part in self._split_where_idle(samples):
                yield from self._hear(part)
            yield None

    def _hear(self, samples: Samples) -> Iterator[SpeechEvent | UserSilent]:
        self._heard_samples += len(samples)
        if self._segmenter is None:
            self._hold(samples)
            return
        yield from self._shifted(self._segmenter.push(samples))
        self._adopt_next_rules()
        yield from self._idle()

    def _adopt_next_rules(self) -> None:
        if self._rules != self._next_rules and self._segmenter is not None and not self._segmenter.speaking:
            self._drop_buffer()

    def judged(self, sample_count: int, completeness: Completeness) -> list[SpeechStopped]:
        """Let the words before a pause, which was reported with so many samples, say how long it may last.

        Gives the end of the utterance if it has lasted that long. Without effect where silence alone ends turns, and
        once the pause is over.
        """
        if self._segmenter is None or self._rules is None or self._rules.holds is None:
            return []
        events = self._segmenter.hold(sample_count, self._rules.holds.silence_ms(completeness))
        stopped = [event for event in self._shifted(events) if isinstance(event, SpeechStopped)]
        self._adopt_next_rules()
        return stopped

    def await_speech(self, after_ms: float) -> None:
        """Count the user's silence from so much more audio on; nothing is counted while somebody speaks."""
        speaking = self._segmenter is not None and self._segmenter.speaking
        self._awaiting_from = None if speaking else self._heard_samples + round(after_ms * SAMPLES_PER_MS)

    def stop_awaiting(self) -> None:
        """Count the user's silence no longer."""
        self._awaiting_from = None

    def _idle_at(self) -> int | None:
        """Find the sample at which the user has been silent for too long."""
        if self._awaiting_from is None or self._idle_timeout_ms is None:
            return None
        return self._awaiting_from + self._idle_timeout_ms * SAMPLES_PER_MS

    def _split_where_idle(self, samples: Samples) -> list[Samples]:
        """Cut the samples where the wait is over, so that it ends there however the audio is chunked."""
        idle_at = self._idle_at()
        if idle_at is None or not 0 < idle_at - self._heard_samples < len(samples):
            return [samples]
        return np.split(samples, [idle_at - self._heard_samples])

    def _idle(self) -> Iterator[UserSilent]:
        idle_at = self._idle_at()
        if idle_at is None or self._heard_samples < idle_at or self._awaiting_from is None:
            return
        start_ms = self._awaiting_from // SAMPLES_PER_MS
        self.stop_awaiting()
        yield UserSilent(start_ms, self._heard_samples // SAMPLES_PER_MS)

    def commit(self) -> Committed:
        """End the utterance here.

        Raises:
            ProtocolError: less than 100 ms is buffered (which stays); with turn detection, when nobody is speaking.
        """
        if self._segmenter is None:
            held_ms = self._held_samples * 1000 / SAMPLE_RATE_HZ
            if held_ms < MIN_COMMIT_MS:
                raise _too_little(held_ms)
            committed = Committed(np.concatenate(self._held))
            self._drop_buffer()
            return committed
        stopped = [event for event in self._shifted(self._segmenter.flush()) if isinstance(event, SpeechStopped)]
        if not stopped:
            raise _too_little(0.0)
        utterance = stopped[-1].utterance
        return Committed(utterance.samples, stopped[-1].end_ms, utterance.pauses)

    def _hold(self, samples: Samples) -> None:
        if self._held_samples + len(samples) > MAX_BUFFER_SECONDS * SAMPLE_RATE_HZ:
            raise ProtocolError(
                ErrorCode.BUFFER_FULL,
                f"The input audio buffer holds {MAX_BUFFER_SECONDS} s, the most it can: commit or clear it.",
            )
        self._held.append(samples)
        self._held_samples += len(samples)

    def _shifted(self, events: list[SpeechEvent]) -> Iterator[SpeechEvent]:
        for event in events:
            match event:
                case SpeechStarted(start_ms):
                    self.stop_awaiting()
                    yield SpeechStarted(start_ms + self._segmenter_start_ms)
                case SpeechStopped(end_ms, utterance):
                    yield SpeechStopped(end_ms + self._segmenter_start_ms, utterance)
                case SpeechContinued() | SpeechPaused():
                    yield event


def _too_little(held_ms: float) -> ProtocolError:
    return ProtocolError(
        ErrorCode.COMMIT_EMPTY,
        "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, "
        f"but buffer only has {held_ms:.2f}ms of audio.",
    )


def _idle_timeout_ms(config: AudioInput) -> int | None:
    return config.turn_detection.idle_timeout_ms if isinstance(config.turn_detection, ServerVad) else None
