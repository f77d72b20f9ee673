"""The text as a whole."""

from datetime import date
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import find_spans, written
from nlu.spoken.dates import read_date
from nlu.spoken.numbers import SCALES, SMALL, TENS, read_dictated, read_number
from nlu.spoken.ordinals import ORDINALS, read_ordinal
from nlu.spoken.quantities import read_price, read_quantity
from nlu.spoken.spelling import read_code
from nlu.spoken.times import read_time
from nlu.spoken.tokens import Utterance, tokenize
from tests.counting import calls_of

MORE = """hundred and a the of to past half quarter oh double point dollars cents percent gigahertz g b k p am pm
o'clock march may june monday x w h i s as in apple for bravo minus dash 5 49 95 2026 $49 9:30 3rd XM5 WH order at , .
- costs one second inches usb hours noon midnight"""
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
        "(foo5@bar.com)", "mail to:foo@5.com", "is anybody second to none", "", "   ", "?!",
    ],
)  # fmt: skip
def test_ordinary_words_are_never_changed(text: str) -> None:
    assert written(text) == text


def test_what_stands_around_is_kept() -> None:
    assert written("Well, two point five gigahertz; or three?") == "Well, 2.5 GHz; or 3?"


@pytest.mark.parametrize(
    "text",
    [
        f"{'1, ' * 4_000}1 and",
        "a." * 4_000,
        "_" * 20_000,
        "1-" * 10_000,
        f"1,{'111,' * 5_000}11",
        "oh " * 20_000,
        "the " * 20_000,
        "a-b-1-" * 7_000,
        f"order {'12 ' * 20_000}",
    ],
    ids=lambda text: text[:10],
)
def test_long_texts_are_read_to_their_end(text: str) -> None:
    assert all(span.value for span in find_spans(text))


class CountedUtterance(Utterance):
    """An utterance that counts how often its tokens are looked at."""

    looks: ClassVar[int] = 0

    def word(self, at: int) -> str:
        CountedUtterance.looks += 1
        return super().word(at)


def looks_at(text: str) -> int:
    said = tokenize(text)
    counted = CountedUtterance(said.text, said.tokens, said.is_shouted)
    CountedUtterance.looks = 0
    for at in range(len(said.tokens)):
        read_number(counted, at)
        read_dictated(counted, at)
        read_code(counted, at)
    return CountedUtterance.looks


@pytest.mark.parametrize("text", ["1, ", "oh ", "the ", "1 ", "one "])
def test_the_work_grows_with_the_length_of_the_text_alone(text: str) -> None:
    assert looks_at(text * 400) < 2.2 * looks_at(text * 200)


@pytest.mark.parametrize(
    "said",
    [
        *WORDS,
        "!",
        "\U0001f600",
        "a-",
        "1-",
        "1/",
        "4821 ",
        "w h one thousand x m five ",
        "twenty one ",
        "\t",
        '"',
        "ab.",
    ],
)
def test_work_grows_with_the_length_of_a_text_alone(said: str) -> None:
    shorter, longer = ((f"{said} " * size)[:size] for size in (500, 1_000))
    assert calls_of(lambda: find_spans(longer)) <= 2.2 * calls_of(lambda: find_spans(shorter)) + 500


GRAMMARS = (read_date, read_time, read_price, read_quantity, read_code, read_ordinal, read_number, read_dictated)
SAID = """
the a an i of at to in past for is it and or one two three oh o zero nine ten eleven twenty thirty ninety
hundred thousand million double triple first second third fifth twentieth hundredth minus negative half quarter
three quarters may march sept dec tomorrow today yesterday day before after noon midnight twelve am pm o'clock
morning minutes dollars bucks cents pounds percent gigahertz gb kg b c d w x usb c tv led wh xm zee aitch alpha
bravo charlie as in like word letter order number code how much kettle please where 7 42 1,200 2026 9:30 3rd $ €
£ $49 wh1000xm5 covid-19 usb-c 4k 5g ABC WH TV . , ? ! : - 1/2 a.m. x5 5x
"""


@given(st.lists(st.sampled_from(SAID.split()), max_size=8), st.sampled_from(["", "-", " ", " ", " "]))
def test_words_that_are_passed_over_begin_nothing_that_a_grammar_reads(words: list[str], glue: str) -> None:
    text = " ".join(words[:-2]) + " " + glue.join(words[-2:])
    said = tokenize(text, date(2026, 3, 1))
    expected, at = [], 0
    while at < len(said.tokens):
        readings = [reading for read in GRAMMARS if (reading := read(said, at))]
        best = max(readings, key=lambda reading: reading.end, default=None)
        expected += [(said.tokens[at].start, best.kind, best.value)] if best else []
        at = best.end if best else at + 1
    assert [(span.start, span.kind, span.value) for span in find_spans(text, date(2026, 3, 1))] == expected
