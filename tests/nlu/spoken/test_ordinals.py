"""Ordinals in words and figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from nlu.spoken.ordinals import with_suffix
from tests.nlu.spoken.speaking import ordinal_in_words


@given(st.integers(4, 10**6).filter(lambda value: value % 100 or value == 200))
def test_an_ordinal_in_words_is_that_ordinal(value: int) -> None:
    (span,) = find_spans(ordinal_in_words(value))
    assert (span.kind, span.value, span.written) == (SpanKind.ORDINAL, str(value), with_suffix(str(value)))


@pytest.mark.parametrize(
    ("digits", "expected"), [("1", "1st"), ("2", "2nd"), ("3", "3rd"), ("11", "11th"), ("112", "112th"), ("23", "23rd")]
)
def test_suffixes(digits: str, expected: str) -> None:
    assert with_suffix(digits) == expected
    assert written(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the second one please", "the 2nd one please"),
        ("your first order", "your 1st order"),
        ("my fifth order", "my 5th order"),
        ("the two hundredth", "the 200th"),
    ],
)
def test_ordinals_that_count(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("text", ["a second", "wait a second", "third party", "a fifth of it", "first of all"])
def test_words_that_only_look_like_ordinals_are_left(text: str) -> None:
    assert find_spans(text) == ()
