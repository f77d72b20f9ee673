from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.errors import AudioError
from asr.options import SegmenterOptions
from asr.samples import SAMPLES_PER_MS, Samples
from asr.segmentation.speech_events import SpeechContinued, SpeechEvent, SpeechPaused, SpeechStarted, SpeechStopped
from asr.segmentation.vad import FRAME_SAMPLES, SileroVad
from asr.segmentation.vad_segmenter import VadSegmenter
from tests.asr.memory import traced_memory

FRAME_MS = 32
BYTES_PER_MS = SAMPLES_PER_MS * 4


class LevelDetector:
    """Takes the level of a frame for the probability of voice."""

    def __init__(self) -> None:
        self.resets = 0

    def probabilities(self, samples: Samples) -> Samples:
        assert len(samples)
        levels: Samples = np.abs(samples.reshape(-1, FRAME_SAMPLES)).max(axis=1)
        return levels

    def reset(self) -> None:
        self.resets += 1


@dataclass(frozen=True)
class Cut:
    """A `SpeechPaused` or `SpeechStopped` that can be compared."""

    kind: type
    start_ms: int
    end_ms: int
    samples: bytes


def frames(*levels: float) -> Samples:
    """One frame of each level; each sample differs a little, so that no two places look alike."""
    steps = np.repeat(np.array(levels, dtype=np.float32), FRAME_SAMPLES)
    return (steps * (1 - np.arange(len(steps)) % FRAME_SAMPLES * 1e-5)).astype(np.float32)


def segmenter(**options: float) -> VadSegmenter:
    return VadSegmenter(SegmenterOptions(**{"partial_ms": 0, **options}), LevelDetector())  # type: ignore[arg-type]


def comparable(events: list[SpeechEvent]) -> list[int | Cut]:
    return [
        event.start_ms
        if isinstance(event, SpeechStarted)
        else Cut(
            type(event),
            event.utterance.start_ms,
            event.end_ms if isinstance(event, SpeechStopped) else event.utterance.end_ms,
            event.utterance.samples.tobytes(),
        )
        for event in events
    ]


def kinds(events: list[SpeechEvent]) -> list[type]:
    """What happened, pauses aside."""
    return [type(event) for event in events if not isinstance(event, SpeechPaused)]


def test_an_utterance_has_its_padding_and_the_beginning_of_its_silence() -> None:
    audio = frames(*[0] * 20, *[1] * 30, *[0] * 20)
    started, _, stopped = segmenter(prefix_padding_ms=300, silence_duration_ms=500, pause_ms=200).push(audio)
    assert started == SpeechStarted(20 * FRAME_MS - 300)
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == 50 * FRAME_MS + 500
    assert stopped.utterance.end_ms == 50 * FRAME_MS + 200
    expected = audio[stopped.utterance.start_ms * 16 : stopped.utterance.end_ms * 16]
    np.testing.assert_array_equal(stopped.utterance.samples, expected)


def test_a_pause_that_goes_on_ends_the_utterance_with_just_the_samples_it_told() -> None:
    _, paused, stopped = segmenter().push(frames(*[1] * 30, *[0] * 20))
    assert isinstance(paused, SpeechPaused)
    assert isinstance(stopped, SpeechStopped)
    np.testing.assert_array_equal(paused.utterance.samples, stopped.utterance.samples)


def test_every_pause_is_told_once_and_holds_all_that_was_said() -> None:
    events = segmenter().push(frames(*[1] * 10, *[0] * 10, *[1] * 10, *[0] * 10))
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechPaused]
    first, second = (event.utterance for event in events if isinstance(event, SpeechPaused))
    assert (first.end_ms, second.end_ms) == (10 * FRAME_MS + 200, 30 * FRAME_MS + 200)
    assert first.start_ms == second.start_ms == 0


def test_a_pause_longer_than_the_silence_that_ends_a_turn_is_told_with_it() -> None:
    events = segmenter(silence_duration_ms=100, pause_ms=400).push(frames(*[1] * 10, *[0] * 10))
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechStopped]


def paused(events: list[SpeechEvent]) -> SpeechPaused:
    """The pause that was told last."""
    return [event for event in events if isinstance(event, SpeechPaused)][-1]


def test_a_pause_can_be_given_a_longer_silence_and_the_utterance_stays_what_it_told() -> None:
    subject = segmenter(silence_duration_ms=500)
    told = paused(subject.push(frames(*[1] * 10, *[0] * 8))).utterance.samples
    assert subject.hold(len(told), 1000) == []
    assert subject.push(frames(*[0] * 20)) == []
    (stopped,) = subject.push(frames(*[0] * 20))
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == 10 * FRAME_MS + 1000
    np.testing.assert_array_equal(stopped.utterance.samples, told)


def test_a_pause_can_be_given_a_shorter_silence_that_is_still_to_pass() -> None:
    subject = segmenter(silence_duration_ms=500)
    told = paused(subject.push(frames(*[1] * 10, *[0] * 8))).utterance.samples
    assert subject.hold(len(told), 300) == []
    (stopped,) = subject.push(frames(0, 0))
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == 10 * FRAME_MS + 300
    np.testing.assert_array_equal(stopped.utterance.samples, told)


def test_a_silence_that_has_lasted_long_enough_ends_the_utterance_at_once() -> None:
    subject = segmenter(silence_duration_ms=500)
    told = paused(subject.push(frames(*[1] * 10, *[0] * 12))).utterance.samples
    (stopped,) = subject.hold(len(told), 300)
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == 22 * FRAME_MS
    np.testing.assert_array_equal(stopped.utterance.samples, told)
    assert not subject.speaking
    assert subject.hold(len(told), 300) == []


def test_once_speech_goes_on_a_silence_that_was_set_counts_no_longer() -> None:
    subject = segmenter(silence_duration_ms=300)
    told = paused(subject.push(frames(*[1] * 10, *[0] * 8)))
    subject.hold(len(told.utterance.samples), 4000)
    subject.push(frames(1))
    assert subject.hold(len(told.utterance.samples), 0) == []  # too late: that pause is over
    again = subject.push(frames(*[0] * 8))
    assert subject.hold(len(told.utterance.samples), 0) == []  # nor does it say anything about the next
    stopped = subject.push(frames(*[0] * 2))[0]
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == 19 * FRAME_MS + 300
    np.testing.assert_array_equal(stopped.utterance.samples, paused(again).utterance.samples)


def test_the_next_utterance_ends_after_the_usual_silence() -> None:
    subject = segmenter(silence_duration_ms=300)
    told = paused(subject.push(frames(*[1] * 10, *[0] * 8)))
    subject.hold(len(told.utterance.samples), 1000)
    subject.push(frames(*[0] * 40))
    events = subject.push(frames(*[1] * 10, *[0] * 10))
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechStopped]


def test_no_silence_can_be_set_before_a_pause_is_told() -> None:
    subject = segmenter()
    subject.push(frames(*[1] * 10, *[0] * 3))
    assert subject.hold(10 * FRAME_SAMPLES + 200 * 16, 0) == []
    assert subject.speaking


def test_running_speech_is_told_from_time_to_time_and_silence_is_not() -> None:
    audio = frames(*[1] * 32, *[0] * 10)
    started, *parts, paused = segmenter(partial_ms=256).push(audio)
    assert isinstance(started, SpeechStarted)
    assert isinstance(paused, SpeechPaused)
    continued = [part.utterance for part in parts if isinstance(part, SpeechContinued)]
    assert len(continued) == len(parts) == 3
    assert [part.end_ms - part.start_ms for part in continued] == [320, 576, 832]
    for part in continued:
        np.testing.assert_array_equal(part.samples, audio[: len(part.samples)])


def test_flush_in_a_pause_ends_the_utterance_with_the_samples_it_told() -> None:
    subject = segmenter()
    _, paused = subject.push(frames(*[1] * 10, *[0] * 10))
    (stopped,) = subject.flush()
    assert isinstance(paused, SpeechPaused)
    assert isinstance(stopped, SpeechStopped)
    np.testing.assert_array_equal(paused.utterance.samples, stopped.utterance.samples)


def test_padding_does_not_reach_before_the_stream() -> None:
    assert segmenter().push(frames(0, 0, 1, 1, 1)) == [SpeechStarted(0)]


def test_padding_does_not_reach_into_the_utterance_before() -> None:
    audio = frames(*[1] * 10, *[0] * 4, *[1] * 10, *[0] * 4)
    events = segmenter(silence_duration_ms=100, prefix_padding_ms=1000).push(audio)
    first_end = 10 * FRAME_MS + 100
    assert kinds(events) == [SpeechStarted, SpeechStopped] * 2
    assert events[3] == SpeechStarted(first_end)


def test_a_short_pause_does_not_end_an_utterance() -> None:
    audio = frames(*[1] * 10, *[0] * 15, *[1] * 10)
    assert kinds(segmenter(silence_duration_ms=500).push(audio)) == [SpeechStarted]


def test_a_click_is_no_speech() -> None:
    subject = segmenter(min_speech_ms=64)
    assert subject.push(frames(*[0] * 5, 1, *[0] * 20)) == []
    assert not subject.speaking
    assert subject.flush() == []


def test_speech_ends_only_well_below_the_threshold() -> None:
    subject = segmenter(threshold=0.5, silence_duration_ms=100)
    assert len(subject.push(frames(*[0.6] * 5, *[0.4] * 20))) == 1
    assert subject.speaking
    _, stopped = subject.push(frames(*[0.3] * 5))
    assert stopped == SpeechStopped(25 * FRAME_MS + 100, stopped.utterance)  # type: ignore[union-attr]


def test_speech_does_not_begin_below_the_threshold() -> None:
    assert segmenter(threshold=0.5).push(frames(*[0.49] * 50)) == []


def test_a_long_utterance_is_cut_and_goes_on_without_a_gap() -> None:
    audio = frames(*[1] * 100)
    subject = segmenter(max_utterance_ms=2000)
    events = subject.push(audio) + subject.flush()
    cuts = [event.utterance for event in events if isinstance(event, SpeechStopped)]
    assert [(cut.start_ms, cut.end_ms) for cut in cuts] == [(0, 2000), (2000, 3200)]
    np.testing.assert_array_equal(np.concatenate([cut.samples for cut in cuts]), audio)
    assert [type(event) for event in events] == [SpeechStarted, SpeechStopped] * 2


def test_an_utterance_cut_in_its_last_silence_does_not_begin_anew() -> None:
    subject = segmenter(max_utterance_ms=2000, silence_duration_ms=1000)
    events = subject.push(frames(*[1] * 50, *[0] * 60))
    assert kinds(events) == [SpeechStarted, SpeechStopped]
    assert not subject.speaking


def test_flush_ends_a_running_utterance_with_the_last_sample() -> None:
    subject = segmenter()
    subject.push(frames(*[1] * 5))
    subject.push(np.ones(100, dtype=np.float32))
    (stopped,) = subject.flush()
    assert isinstance(stopped, SpeechStopped)
    assert len(stopped.utterance.samples) == 5 * FRAME_SAMPLES + 100
    assert not subject.speaking


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_nothing_heard_before_flush_is_in_the_next_utterance(level: float) -> None:
    subject = segmenter(prefix_padding_ms=300)
    subject.push(frames(*[level] * 5))
    subject.push(np.ones(100, dtype=np.float32))
    subject.flush()
    again = frames(*[0.5] * 5)
    subject.push(again)
    (stopped,) = subject.flush()
    assert isinstance(stopped, SpeechStopped)
    np.testing.assert_array_equal(stopped.utterance.samples, again)


def test_time_goes_on_after_flush_and_clear() -> None:
    subject = segmenter(prefix_padding_ms=0)
    subject.push(frames(*[1] * 5))
    subject.flush()
    subject.push(frames(0, 0))
    subject.clear()
    assert subject.push(frames(1, 1)) == [SpeechStarted(7 * FRAME_MS)]


def test_clear_throws_a_running_utterance_away() -> None:
    detector = LevelDetector()
    subject = VadSegmenter(SegmenterOptions(), detector)
    subject.push(frames(1, 1, 1))
    subject.clear()
    assert not subject.speaking
    assert subject.flush() == []
    assert detector.resets == 2


def test_in_silence_only_the_padding_is_kept() -> None:
    subject = segmenter(prefix_padding_ms=300)
    quiet = frames(*[0] * 10)
    with traced_memory() as held_bytes:
        for _ in range(200):
            subject.push(quiet)
        assert held_bytes() < 2 * 300 * BYTES_PER_MS
    subject.push(frames(1, 1))
    (stopped,) = subject.flush()
    assert isinstance(stopped, SpeechStopped)
    assert len(stopped.utterance.samples) == 300 * SAMPLES_PER_MS + 2 * FRAME_SAMPLES


def test_of_endless_speech_no_more_is_kept_than_an_utterance_may_last() -> None:
    subject = segmenter(max_utterance_ms=2000)
    voice = frames(1)
    most = 0
    with traced_memory() as held_bytes:
        for _ in range(500):
            subject.push(voice)
            most = max(most, held_bytes())
    assert 1900 * BYTES_PER_MS < most < 3000 * BYTES_PER_MS


def test_nothing_comes_of_no_samples() -> None:
    subject = segmenter()
    assert subject.push(np.zeros(0, dtype=np.float32)) == []
    assert subject.flush() == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(AudioError, match="NaN"):
        segmenter().push(np.array([0.0, bad], dtype=np.float32))


levels = st.lists(st.sampled_from([0.0, 0.4, 1.0]), max_size=60)


@given(levels, st.lists(st.integers(0, 2000), max_size=30), st.integers(0, FRAME_SAMPLES))
def test_cuts_do_not_depend_on_chunking(pattern: list[float], sizes: list[int], tail: int) -> None:
    options = {"silence_duration_ms": 100, "prefix_padding_ms": 50, "max_utterance_ms": 1200, "partial_ms": 64}
    audio = np.concatenate([frames(*pattern), np.ones(tail, dtype=np.float32)])
    whole, chunked = segmenter(**options), segmenter(**options)
    expected = comparable(whole.push(audio) + whole.flush())
    found, start = [], 0
    for size in [*sizes, len(audio)]:
        found += chunked.push(audio[start : start + size])
        start += size
    assert comparable(found + chunked.flush()) == expected


@given(levels, st.lists(st.integers(1, 2000), max_size=30), st.integers(0, 40), st.sampled_from([0, 150, 400, 3000]))
def test_cuts_with_a_silence_set_at_one_place_do_not_depend_on_chunking(
    pattern: list[float], sizes: list[int], place: int, silence_ms: int
) -> None:
    audio = frames(*[1] * 4, *pattern, *[0] * 8)
    before, after = audio[: place * FRAME_SAMPLES], audio[place * FRAME_SAMPLES :]

    def cuts(push: Callable[[VadSegmenter, Samples], list[SpeechEvent]]) -> list[int | Cut]:
        subject = segmenter(silence_duration_ms=200, pause_ms=100, prefix_padding_ms=50, max_utterance_ms=1200)
        events = push(subject, before)
        told = [event for event in events if isinstance(event, SpeechPaused)]
        events += subject.hold(len(told[-1].utterance.samples), silence_ms) if told else []
        return comparable(events + push(subject, after) + subject.flush())

    def in_pieces(subject: VadSegmenter, samples: Samples) -> list[SpeechEvent]:
        ends = [*np.cumsum(sizes, dtype=np.int64), len(samples)]
        return [event for part in np.split(samples, ends) for event in subject.push(part)]

    assert cuts(in_pieces) == cuts(VadSegmenter.push)


def test_single_samples_give_the_same_cuts() -> None:
    audio = frames(*[0] * 3, *[1] * 4, *[0] * 6)
    whole, single = segmenter(silence_duration_ms=100), segmenter(silence_duration_ms=100)
    found = [event for sample in audio for event in single.push(sample[None])]
    assert comparable(found) == comparable(whole.push(audio))
    assert kinds(found) == [SpeechStarted, SpeechStopped]


@given(levels)
def test_utterances_are_in_order_and_hold_the_audio_of_their_times(pattern: list[float]) -> None:
    audio = frames(*pattern)
    subject = segmenter(silence_duration_ms=64, max_utterance_ms=1400)
    last = 0
    for event in subject.push(audio) + subject.flush():
        if isinstance(event, SpeechStopped):
            cut = event.utterance
            assert last <= cut.start_ms < cut.end_ms
            np.testing.assert_array_equal(cut.samples, audio[cut.start_ms * 16 : cut.end_ms * 16])
            last = cut.end_ms


def test_real_speech_between_silences_is_one_utterance(speech: Samples) -> None:
    silence = np.zeros(16_000, dtype=np.float32)
    subject = VadSegmenter(SegmenterOptions(partial_ms=0), SileroVad.load().stream())
    events = subject.push(np.concatenate([silence, speech, silence]))
    assert kinds(events) == [SpeechStarted, SpeechStopped]
    assert 700 <= events[0].start_ms <= 1300  # type: ignore[union-attr]
    assert not subject.speaking


def test_an_utterance_knows_its_pauses() -> None:
    segmenter = VadSegmenter(SegmenterOptions(silence_duration_ms=1000), LevelDetector())
    spoken, long, short = np.full(8192, 0.9, np.float32), np.zeros(10_240, np.float32), np.zeros(5_120, np.float32)
    end = np.zeros(20_480, np.float32)
    events = segmenter.push(np.concatenate([long, spoken, long, spoken, short, spoken, end, spoken, end]))
    first, second = [event.utterance for event in events if isinstance(event, SpeechStopped)]
    assert [end - begin for begin, end in first.pauses] == [len(long), len(short)]
    assert not any(first.samples[begin:end].any() for begin, end in first.pauses)
    assert second.pauses == ()
