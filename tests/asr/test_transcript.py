"""What is said with its times."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.transcript import Segment, Transcript, Word, retimed

SEGMENT = Segment(
    1.0,
    4.0,
    "good evening",
    average_log_probability=-0.3,
    no_speech_probability=0.1,
    words=(Word(" good", 1.0, 2.0, 0.9), Word(" evening", 2.5, 4.0, 0.8)),
)


def times(segment: Segment) -> list[float]:
    words = [time for word in segment.words for time in (word.start_seconds, word.end_seconds)]
    return [segment.start_seconds, *words, segment.end_seconds]


def test_every_time_is_replaced_and_nothing_else() -> None:
    moved = retimed(SEGMENT, lambda seconds: 10 * seconds)
    assert times(moved) == [10.0, 10.0, 20.0, 25.0, 40.0, 40.0]
    assert retimed(moved, lambda seconds: seconds / 10) == SEGMENT
    assert times(SEGMENT) == [1.0, 1.0, 2.0, 2.5, 4.0, 4.0]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_two_shifts_are_one(first: float, second: float) -> None:
    twice = retimed(retimed(SEGMENT, lambda seconds: seconds + first), lambda seconds: seconds + second)
    assert times(twice) == pytest.approx(times(retimed(SEGMENT, lambda seconds: seconds + first + second)))


def test_a_transcript_without_segments_is_that_of_no_speech() -> None:
    nothing = Transcript("", "en", 2.0)
    assert (nothing.segments, nothing.average_log_probability, nothing.no_speech_probability) == ((), 0.0, 0.0)


def test_transcripts_are_values_that_cannot_be_changed() -> None:
    first, second = (Transcript("good evening", "en", 5.0, (SEGMENT,)) for _ in range(2))
    assert len({first, second}) == 1
    with pytest.raises(FrozenInstanceError):
        first.text = "good morning"  # type: ignore[misc]
