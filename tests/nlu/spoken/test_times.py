"""Times of day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from tests.nlu.spoken.speaking import in_words


@given(
    st.integers(1, 12), st.integers(1, 59), st.sampled_from(["", " a m", " pm", " in the evening", " in the morning"])
)
def test_a_time_by_the_clock(hour: int, minute: int, half: str) -> None:
    minutes = f"{'oh ' if minute < 10 else ''}{in_words(minute)}"
    late = "p" in half or "evening" in half
    expected = hour if not half else hour % 12 + 12 * late
    spans = find_spans(f"at {in_words(hour)} {minutes}{half}")
    assert [(span.kind, span.value) for span in spans] == [(SpanKind.TIME, f"{expected:02}:{minute:02}")]


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ("half past nine", "09:30", "9:30"),
        ("a quarter to five", "04:45", "4:45"),
        ("quarter past twelve", "12:15", "12:15"),
        ("ten minutes to one", "12:50", "12:50"),
        ("ten past eight", "08:10", "8:10"),
        ("nine o'clock", "09:00", "9:00"),
        ("nine p m", "21:00", "9:00 PM"),
        ("half past nine in the evening", "21:30", "9:30 PM"),
        ("9:30 p.m.", "21:30", "9:30 p.m."),
        ("9:30", "09:30", "9:30"),
        ("9 am", "09:00", "9 am"),
        ("twelve am", "00:00", "12:00 AM"),
    ],
)
def test_times(said: str, value: str, expected: str) -> None:
    (span,) = find_spans(said)
    assert (span.kind, span.value, span.written) == (SpanKind.TIME, value, expected)


@given(st.integers(13, 23), st.integers(1, 59))
def test_a_time_of_the_24_hour_clock(hour: int, minute: int) -> None:
    said = f"{in_words(hour)} {'oh ' if minute < 10 else ''}{in_words(minute)}"
    assert written(f"come at {said}") == f"come at {hour:02}:{minute:02}"


@given(st.integers(1, 23))
def test_a_whole_hour_of_the_24_hour_clock(hour: int) -> None:
    said = f"{'oh ' if hour < 10 else ''}{in_words(hour)} hundred"
    assert written(f"until {said} hours") == f"until {hour:02}:00"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("at nine hundred hours", "at 09:00"),
        ("oh nine hundred hours", "09:00"),
        ("by zero six hundred please", "by 06:00 please"),
        ("at oh nine thirty", "at 09:30"),
        ("at zero nine thirty hours", "at 09:30"),
        ("open until seventeen thirty", "open until 17:30"),
        ("at twenty hundred hours", "at 20:00"),
        ("at sixteen forty five hours", "at 16:45"),
        ("at noon", "at 12:00"),
        ("Noon, please", "12:00, please"),
        ("twelve noon", "12:00"),
        ("we close at midnight", "we close at 00:00"),
        ("before midnight or after noon", "before 00:00 or after 12:00"),
    ],
)
def test_times_that_need_no_half_of_the_day(said: str, expected: str) -> None:
    assert written(said) == expected


@pytest.mark.parametrize(("said", "value"), [("0900 hours", "09:00"), ("at 1430 hours", "14:30")])
def test_hours_in_figures_stay(said: str, value: str) -> None:
    (span,) = find_spans(said)
    assert (span.kind, span.value, written(said)) == (SpanKind.TIME, value, said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nine hundred hours of music", "900 hours of music"),
        ("it plays 1400 hours", "it plays 1400 hours"),
        ("by nineteen forty five", "by 1945"),
        ("at fourteen hundred", "at 1400"),
        ("at twenty four hundred hours", "at 2400 hours"),
        ("at fourteen seventy", "at 1470"),
        ("it is priced at fourteen thirty", "it is priced at $14.30"),
        ("at fourteen thirty dollars", "at $1430"),
        ("call oh eight hundred", "call oh 800"),
        ("the phone in midnight", "the phone in midnight"),
        ("midnight", "midnight"),
        ("high noon", "high noon"),
        ("noon edition", "noon edition"),
    ],
)
def test_what_sounds_like_a_time_of_the_24_hour_clock(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "text", ["nine to five", "half past", "twenty five past", "at nine ninety", "27:80", "nine am i right"]
)
def test_what_is_no_time(text: str) -> None:
    assert SpanKind.TIME not in {span.kind for span in find_spans(text)}
