"""What is promised of utterances and of the events that bound them."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from asr.options import SegmenterOptions
from asr.segmentation.speech_events import (
    Segmenter,
    SpeechContinued,
    SpeechPaused,
    SpeechStarted,
    SpeechStopped,
    Utterance,
)
from asr.segmentation.vad_segmenter import VadSegmenter
from tests.fakes import LoudnessDetector, loud, silence


def utterance() -> Utterance:
    return Utterance(np.ones(16, dtype=np.float32), 5, 6)


def test_an_utterance_is_only_equal_to_itself_since_arrays_do_not_compare() -> None:
    first, second = utterance(), utterance()
    assert first == first
    assert first != second
    assert len({first, second}) == 2


@pytest.mark.parametrize("kind", [SpeechContinued, SpeechPaused])
def test_events_of_one_utterance_are_equal(kind: type[SpeechContinued] | type[SpeechPaused]) -> None:
    first = utterance()
    assert kind(first) == kind(first)
    assert kind(first) != kind(utterance())
    assert SpeechStopped(9, first) == SpeechStopped(9, first) != SpeechStopped(8, first)


def test_an_event_cannot_be_changed() -> None:
    event = SpeechStarted(5)
    with pytest.raises(FrozenInstanceError):
        event.start_ms = 6  # type: ignore[misc]


def test_an_utterance_begins_with_one_event_and_ends_with_one_and_they_bound_its_audio() -> None:
    segmenter: Segmenter = VadSegmenter(SegmenterOptions(), LoudnessDetector())
    heard = np.concatenate([silence(1, 16_000), loud(2, 16_000), silence(2, 16_000)])
    assert not segmenter.speaking
    events = segmenter.push(heard)
    started, *between, stopped = events
    assert isinstance(started, SpeechStarted)
    assert isinstance(stopped, SpeechStopped)
    assert {type(event) for event in between} == {SpeechContinued, SpeechPaused}
    said = stopped.utterance
    assert started.start_ms == said.start_ms
    assert said.end_ms < stopped.end_ms  # the silence that ended it
    np.testing.assert_array_equal(said.samples, heard[said.start_ms * 16 : said.end_ms * 16])
    assert segmenter.flush() == []
