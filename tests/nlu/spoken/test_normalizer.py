"""The text as a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import find_spans, written
from nlu.spoken.numbers import SCALES, SMALL, TENS
from nlu.spoken.ordinals import ORDINALS

MORE = """hundred and a the of to past half quarter oh double point dollars cents percent gigahertz g b k p am pm
o'clock march may june monday x w h i s as in apple for bravo minus dash 5 49 95 2026 $49 9:30 3rd XM5 WH order at , .
- costs one second inches usb"""
WORDS = [*SMALL, *TENS, *SCALES, *ORDINALS, *MORE.split()]


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_written_text_stays_as_it_is(text: str) -> None:
    once = written(text)
    assert written(once) == once


@given(st.text(max_size=60))
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    spans = find_spans(text)
    assert all(0 <= span.start < span.end <= len(text) and span.value and span.written for span in spans)
    assert all(one.end <= other.start for one, other in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    "text",
    [
        "one of them", "a second", "to go for", "the may sale", "I won", "that one please", "the one i bought",
        "first of all", "for you too", "no one", "at once", "oh no", "a lot", "half of it", "i am", "to be or not",
        "call me at foo@bar.com", "see https://heedful.example/5/6", "version 5.3.1", "555-1234", "2026-03-23", "3/4",
        "is anybody second to none", "", "   ", "?!",
    ],
)  # fmt: skip
def test_ordinary_words_are_never_changed(text: str) -> None:
    assert written(text) == text


def test_what_stands_around_is_kept() -> None:
    assert written("Well, two point five gigahertz; or three?") == "Well, 2.5 GHz; or 3?"
