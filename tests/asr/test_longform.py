"""Recordings of any length, with recognisers whose answers are known."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from asr.longform import ThoroughRecognizer, hear_out, join, transcribe, transcribe_stepwise
from asr.options import SegmenterOptions
from asr.samples import Samples
from asr.segmentation.speech_events import SpeechStopped
from asr.segmentation.vad_segmenter import VadSegmenter
from asr.transcript import Segment, Transcript, Word
from tests.fakes import CountingRecognizer, EachByItself, LoudnessDetector, loud, silence

OPTIONS = SegmenterOptions()
RATE = 16_000


def blocks(*parts: Samples) -> Iterator[Samples]:
    samples = np.concatenate(parts)
    yield from (samples[at : at + 50_000] for at in range(0, len(samples), 50_000))


def heard(*parts: Samples) -> list[tuple[int, str]]:
    segmenter = VadSegmenter(OPTIONS, LoudnessDetector())
    found = transcribe(blocks(*parts), CountingRecognizer(), segmenter, OPTIONS)
    return [(chunk.start_ms, transcript.text) for chunk, transcript in found]


class StoppingRecognizer(EachByItself):
    """Hears three seconds at a time and is deaf to what comes after."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def transcribe(self, samples: Samples) -> Transcript:
        self.asked.append(len(samples))
        seconds = min(3.0, len(samples) / RATE)
        return Transcript("three", "en", len(samples) / RATE, (Segment(0.0, seconds, "three"),))


class BatchRecorder(CountingRecognizer):
    """Remembers how many it was given at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        self.batches.append(len(utterances))
        return super().transcribe_all(utterances)


def test_a_short_recording_is_cut_like_a_live_session() -> None:
    parts = (loud(3, RATE), silence(1, RATE), loud(2, RATE), silence(1, RATE))
    segmenter = VadSegmenter(OPTIONS, LoudnessDetector())
    events = segmenter.push(np.concatenate(parts)) + segmenter.flush()
    utterances = [event.utterance for event in events if isinstance(event, SpeechStopped)]
    expected = [(one.start_ms, CountingRecognizer().transcribe(one.samples).text) for one in utterances]
    assert len(expected) == 2
    assert heard(*parts) == expected


def test_a_long_recording_is_heard_in_chunks() -> None:
    parts = [part for _ in range(8) for part in (loud(4, RATE), silence(1, RATE))]
    assert len(heard(*parts)) == 2


@pytest.mark.parametrize("batch_size", [1, 2, 3, 8])
def test_chunks_are_recognised_side_by_side_in_order(batch_size: int) -> None:
    parts = [part for index in range(20) for part in (loud(4 + index % 3, RATE), silence(1, RATE))]
    recognizer = BatchRecorder()
    segmenter = VadSegmenter(OPTIONS, LoudnessDetector())
    found = list(transcribe(blocks(*parts), recognizer, segmenter, OPTIONS, batch_size=batch_size))
    assert [(chunk.start_ms, text.text) for chunk, text in found] == heard(*parts)
    assert sum(recognizer.batches) == len(found)
    assert max(recognizer.batches) == min(batch_size, len(found))


def test_a_step_takes_in_a_block_or_recognises_a_batch() -> None:
    parts = [part for _ in range(12) for part in (loud(4, RATE), silence(1, RATE))]
    count = len(list(blocks(*parts)))
    segmenter = VadSegmenter(OPTIONS, LoudnessDetector())
    steps = list(transcribe_stepwise(blocks(*parts), CountingRecognizer(), segmenter, OPTIONS))
    assert max(map(len, steps)) == 1
    assert [(chunk.start_ms, text.text) for step in steps for chunk, text in step] == heard(*parts)
    assert len(steps) > count


def test_one_utterance_of_a_long_recording_is_heard_as_in_a_short_one() -> None:
    speech = (silence(1, RATE), loud(4, RATE), silence(5, RATE))
    assert heard(*speech, silence(60, RATE)) == heard(*speech)


def test_a_long_pause_within_an_utterance_is_not_heard_and_times_count_it() -> None:
    patient = SegmenterOptions(silence_duration_ms=3000, prefix_padding_ms=0, pause_ms=0)
    segmenter = VadSegmenter(patient, LoudnessDetector())
    parts = blocks(loud(1.024, RATE), silence(2.048, RATE), loud(1.024, RATE))
    [(chunk, transcript)] = transcribe(parts, CountingRecognizer(), segmenter, patient)
    assert transcript.text == "2648 milliseconds"
    assert transcript.duration_seconds == len(chunk.samples) / RATE == pytest.approx(4.096)
    assert transcript.segments[0].end_seconds == pytest.approx(4.096)


def test_nothing_is_heard_in_an_empty_recording() -> None:
    assert list(transcribe(iter(()), CountingRecognizer(), VadSegmenter(OPTIONS, LoudnessDetector()), OPTIONS)) == []


def test_what_the_recogniser_left_out_is_asked_for_again() -> None:
    recognizer = StoppingRecognizer()
    transcript = hear_out(recognizer, loud(8, RATE), recognizer.transcribe(loud(8, RATE)))
    assert recognizer.asked == [8 * RATE, 5 * RATE, 2 * RATE]
    assert [(one.start_seconds, one.end_seconds) for one in transcript.segments] == [(0, 3), (3, 6), (6, 8)]
    assert transcript.duration_seconds == 8


@pytest.mark.parametrize("rest", [silence(5, RATE), loud(0.9, RATE)])
def test_silence_or_a_moment_behind_the_last_word_is_let_be(rest: Samples) -> None:
    recognizer = StoppingRecognizer()
    samples = np.concatenate([loud(3, RATE), rest])
    hear_out(recognizer, samples, recognizer.transcribe(samples))
    assert len(recognizer.asked) == 1


@pytest.mark.parametrize(("seconds", "segments"), [(19, 1), (21, 7)])
def test_a_nearly_full_window_is_heard_out(seconds: float, segments: int) -> None:
    recognizer = ThoroughRecognizer(StoppingRecognizer())
    assert len(recognizer.transcribe(loud(seconds, RATE)).segments) == segments


def test_each_of_several_utterances_is_heard_out() -> None:
    recognizer = ThoroughRecognizer(StoppingRecognizer())
    texts = recognizer.transcribe_all([loud(21, RATE), loud(10, RATE)])
    assert [len(text.segments) for text in texts] == [7, 1]


def test_a_glimpse_is_not_heard_out() -> None:
    assert len(ThoroughRecognizer(StoppingRecognizer()).glimpse(loud(21, RATE)).segments) == 1


def test_a_recogniser_that_hears_nothing_is_asked_once() -> None:
    recognizer = CountingRecognizer()
    assert hear_out(recognizer, silence(8, RATE), recognizer.transcribe(silence(8, RATE))).text == ""


def part(text: str, language: str, seconds: float, probability: float = -0.5) -> Transcript:
    words = (Word(f" {text}", 0.25, 0.75, 0.5),)
    segments = (Segment(0.0, 1.0, text, probability, 0.1, words),) if text else ()
    return Transcript(text, language, seconds, segments, probability, 0.25 if text else 1.0)


def test_parts_are_joined_with_times_of_the_whole() -> None:
    joined = join([(2.0, part("one", "en", 1)), (5.0, part("", "en", 3)), (9.0, part("two", "en", 1, -0.25))], 12.0)
    assert (joined.text, joined.duration_seconds) == ("one two", 12.0)
    assert [(one.start_seconds, one.end_seconds, one.text) for one in joined.segments] == [
        (2.0, 3.0, "one"),
        (9.0, 10.0, "two"),
    ]
    assert joined.segments[1].words == (Word(" two", 9.25, 9.75, 0.5),)
    assert joined.segments[1].average_log_probability == -0.25
    assert (joined.average_log_probability, joined.no_speech_probability) == (-0.375, 0.5)


def test_the_language_is_that_of_most_speech() -> None:
    parts = [(0.0, part("one", "de", 5)), (5.0, part("two", "en", 4)), (9.0, part("", "fr", 60))]
    assert join(parts, 69.0).language == "de"
    assert join([], 5.0).language == "en"
