"""Times of day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans
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


@pytest.mark.parametrize(
    "text", ["nine to five", "half past", "twenty five past", "at nine ninety", "27:80", "nine am i right"]
)
def test_what_is_no_time(text: str) -> None:
    assert SpanKind.TIME not in {span.kind for span in find_spans(text)}
