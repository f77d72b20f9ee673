"""Numbers in words and figures."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from tests.nlu.spoken.speaking import in_words, one_by_one

LINKS = st.sampled_from([" ", " and "])


def value_of(text: str) -> tuple[SpanKind, str]:
    (span,) = find_spans(text)
    assert (span.start, span.end) == (0, len(text))
    return span.kind, span.value


@given(st.integers(2, 10**15 - 1), LINKS)
def test_a_number_in_words_is_that_number(value: int, link: str) -> None:
    assert value_of(in_words(value, link)) == (SpanKind.NUMBER, str(value))


@given(st.integers(21, 99))
def test_hyphens_do_not_matter(value: int) -> None:
    assert value_of(in_words(value).replace(" ", "-")) == (SpanKind.NUMBER, str(value))


@given(st.integers(0, 10**6), st.text("0123456789", min_size=1, max_size=4))
def test_decimals_are_read_figure_by_figure(whole: int, decimals: str) -> None:
    assert value_of(f"{in_words(whole)} point {one_by_one(decimals)}") == (SpanKind.NUMBER, f"{whole}.{decimals}")


@given(st.text("0123456789", min_size=4, max_size=16), st.sampled_from(["zero", "oh"]))
def test_figures_one_by_one_keep_their_zeros(digits: str, zero: str) -> None:
    assume(zero == "zero" or digits.strip("0"))  # "oh oh oh oh" is no number
    assert value_of(one_by_one(digits, zero)) == (SpanKind.DIGITS, digits)


@given(st.text("0123456789", min_size=3, max_size=16), st.sampled_from([" ", "-"]))
def test_figures_apart_are_joined(digits: str, between: str) -> None:
    assert value_of(between.join(digits)) == (SpanKind.DIGITS, digits)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("double oh seven", "007"),
        ("triple two five", "2225"),
        ("one seventy five", "175"),
        ("two fifty six", "256"),
        ("four oh three", "403"),
        ("fifty six oh five", "5605"),
        ("fifty one fifteen", "5115"),
        ("nineteen sixty seven", "1967"),
        ("nine one four three three seven", "914337"),
        ("4, 8, 2, 1, 3", "48213"),
    ],
)
def test_figures_in_a_row_are_joined(said: str, digits: str) -> None:
    assert value_of(said) == (SpanKind.DIGITS, digits)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("forty nine hundred", "4900"),
        ("a hundred and fifty", "150"),
        ("a thousand", "1000"),
        ("two and a half", "2.5"),
        ("minus five", "-5"),
        ("5 thousand", "5000"),
        ("2.5 million", "2500000"),
        ("1,299.99", "1299.99"),
        ("one point twenty five", "1.25"),
        ("zero point oh five", "0.05"),
    ],
)
def test_amounts(said: str, value: str) -> None:
    assert value_of(said) == (SpanKind.NUMBER, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order four eight two one three", "order 48213"),
        ("enter two six", "enter 26"),
        ("my number is four eight, two one three", "my number is 48213"),
        ("version one", "version 1"),
        ("I have 4, 8, 2 and 1", "I have 4, 8, 2 and 1"),
    ],
)
def test_what_stands_before_says_that_figures_are_meant(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two three days", "2 3 days"),
        ("twenty thirty people", "20 30 people"),
        ("ninety nine five star reviews", "99 5 star reviews"),
        ("two thirteen inch screens", "2 13 inch screens"),
        ("between one hundred and two hundred", "between 100 and 200"),
        ("seven minus two", "7 minus 2"),
        ("one hundred zero", "100 0"),
    ],
)
def test_numbers_that_only_follow_each_other_stay_apart(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "text", ["one of them", "one or two", "oh one more thing", "thanks a million", "three quarters", "double", "point"]
)
def test_words_that_only_look_like_numbers_are_left(text: str) -> None:
    assert find_spans(text) == ()


def test_a_long_row_is_read_in_parts() -> None:
    assert "".join(span.value for span in find_spans(one_by_one("7" * 60))) == "7" * 60
