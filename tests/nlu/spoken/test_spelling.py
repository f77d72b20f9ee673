"""Letters and figures said one by one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from tests.nlu.spoken.speaking import in_words

CONSONANTS = "bcfghjklmnqrstuwxyz"


def read(text: str) -> tuple[SpanKind, str]:
    (span,) = find_spans(text)
    assert (span.start, span.end) == (0, len(text))
    return span.kind, span.value


@given(st.text(CONSONANTS, min_size=4, max_size=12), st.sampled_from([" ", "-", ".", ", "]), st.booleans())
def test_letters_said_one_by_one_are_a_word(word: str, between: str, capital: bool) -> None:
    said = between.join(word.upper() if capital else word)
    if not word.startswith(("usb", "tv", "dvd", "cd")):
        (span, *rest) = find_spans(f"it is spelled {said}")
        assert (span.kind, span.value, rest) == (SpanKind.SPELLING, word.upper(), [])


@given(
    st.text(CONSONANTS, min_size=2, max_size=4),
    st.integers(2, 9999),
    st.text(CONSONANTS, min_size=1, max_size=3),
    st.integers(2, 99),
)
def test_a_model_number_comes_back_from_how_it_is_said(head: str, first: int, tail: str, second: int) -> None:
    said = " ".join([*head, in_words(first), *tail, in_words(second)])
    model = f"{head}-{first}{tail}{second}".upper()
    assert written(f"the {said} please") == f"the {model} please"
    assert written(model) == model


@pytest.mark.parametrize(
    "said",
    [
        "w h one thousand x m five", "W-H-1000-X-M-5", "WH 1000 XM5", "W.H. 1,000 XM5", "wh one thousand xm five",
        "WH1000 X M 5", "WH-1000 X M five", "double u h one thousand x m five", "w dash h one thousand x m five",
    ],
)  # fmt: skip
def test_however_a_transcript_has_it(said: str) -> None:
    (span,) = find_spans(said)
    assert (span.value.replace("-", ""), span.written) == ("WH1000XM5", "WH-1000XM5")


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("a as in apple", "A"),
        ("b for bravo a for alpha x as in xylophone", "BAX"),
        ("c as in cat a as in apple t as in tango", "CAT"),
        ("alpha bravo charlie", "ABC"),
        ("a y l e s b o r o", "AYLESBORO"),
        ("zed zee aitch", "ZZH"),
        ("c o double n e l l y", "CONNELLY"),
        ("P-I-T-T-S-B-U-R-G-H", "PITTSBURGH"),
    ],
)
def test_spellings(said: str, value: str) -> None:
    assert read(said) == (SpanKind.SPELLING, value)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("n l n s one seventy five", "NLNS175"),
        ("a a i l zero", "AAIL0"),
        ("o g d e four seven five seven", "OGDE4757"),
        ("q e e a oh six", "QEEA06"),
        ("b twelve", "B12"),
        ("alpha bravo charlie one two", "ABC12"),
        ("PS5", "PS5"),
        ("w-2", "W2"),
        ("r2d2", "R2D2"),
    ],
)
def test_codes(said: str, value: str) -> None:
    assert read(said) == (SpanKind.CODE, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is there a w h one thousand x m five", "is there a WH-1000XM5"),
        ("a w h one thousand x m five please", "a WH-1000XM5 please"),
        ("can i u s b charge it", "can i USB charge it"),
        ("the x m i want", "the XM i want"),
        ("a u s b c cable", "a USB-C cable"),
        ("my t v is fifty five inches", "my TV is 55 inches"),
        ("l i n d a please", "LINDA please"),
    ],
)
def test_articles_and_pronouns_are_no_letters(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "i",
        "plan b",
        "S, M, L",
        "to go for",
        "i for instance",
        "a bravo performance",
        "hotel in india",
        "the TV by LG",
        "covid",
        "don't",
        "x",
    ],
)
def test_ordinary_words_are_left(text: str) -> None:
    assert find_spans(text) == ()


def test_an_x_between_numbers_is_no_letter() -> None:
    assert written("twenty x twenty") == "20 x 20"
    assert SpanKind.CODE not in {span.kind for span in find_spans("thirty x twelve")}


@pytest.mark.parametrize(
    "text", ["RTX 4090", "iPhone 15", "covid-19", "LG 55", "PS5", "HDMI", "WH-1000XM5", "w2", "XM5"]
)
def test_written_codes_stay(text: str) -> None:
    assert written(text) == text


@given(st.text(string.ascii_letters + string.digits + " -.,'$%:/@€\n", max_size=40))
def test_anything_may_be_read(text: str) -> None:
    spans = find_spans(text)
    assert all(0 <= a.start < a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
