"""Dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from tests.nlu.spoken.speaking import in_words, ordinal_in_words


def read(text: str) -> tuple[SpanKind, str]:
    (span,) = find_spans(text)
    assert (span.start, span.end) == (0, len(text))
    return span.kind, span.value


def year_in_words(year: int) -> str:
    head, tail = divmod(year, 100)
    if tail == 0 or 2000 <= year < 2010:
        return in_words(year, " and ")
    return f"{in_words(head)} {'oh ' if tail < 10 else ''}{in_words(tail)}"


@given(
    st.dates(date(1811, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{m} {o} {y}", "the {o} of {m} {y}", "{d} {m} {y}"]),
)
def test_a_day_in_words_is_that_day(day: date, form: str) -> None:
    said = form.format(
        m=f"{day:%B}".lower(), o=ordinal_in_words(day.day), d=in_words(day.day), y=year_in_words(day.year)
    )
    if day.year % 100:
        assert read(said) == (SpanKind.DATE, day.isoformat())


@given(st.integers(0, 365))
def test_a_day_without_its_year(offset: int) -> None:
    day = date(2028, 1, 1) + timedelta(offset)
    expected = (SpanKind.DATE, f"--{day:%m-%d}")
    assert read(f"the {ordinal_in_words(day.day)} of {day:%B}") == expected
    assert read(f"{day:%B} the {ordinal_in_words(day.day)}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the twenty third of march", "March 23"),
        ("on march twenty third twenty twenty six", "on March 23, 2026"),
        ("oct thirty to nov second", "October 30 to November 2"),
        ("in march twenty twenty six", "in March 2026"),
        ("on june five", "on June 5"),
        ("may first", "May 1"),
        ("may two thousand", "May 2000"),
        ("by may two thousand six we were there", "by May 2006 we were there"),
        ("june twenty twenty six and later", "June 2026 and later"),
        ("february twenty ninth twenty twenty eight", "February 29, 2028"),
    ],
)
def test_dates_are_written(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("text", ["March 23, 2026", "3rd of March", "december 2018", "Oct. 30", "23 March 2026"])
def test_written_dates_stay(text: str) -> None:
    (span,) = find_spans(text)
    assert (span.kind, span.written) == (SpanKind.DATE, text)


@pytest.mark.parametrize(
    "text",
    [
        "the may sale",
        "in may",
        "may I",
        "may first I ask",
        "march on",
        "an august person",
        "may second that",
        "february thirty first is no day",
        "may two thousand people come",
        "march 2000 miles",
        "june two thousand people came",
        "february twenty ninth twenty twenty seven",
        "February 29, 1900",
        "the twenty ninth of february twenty twenty six",
        "29 february 2026",
        "the 29th of february 2026",
    ],
)
def test_words_that_only_look_like_dates_are_no_dates(text: str) -> None:
    assert SpanKind.DATE not in {span.kind for span in find_spans(text)}


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("today", "2028-02-28"),
        ("Tomorrow", "2028-02-29"),
        ("the day after tomorrow", "2028-03-01"),
        ("yesterday", "2028-02-27"),
        ("day before yesterday", "2028-02-26"),
    ],
)
def test_a_day_told_from_today_is_found_and_stays(said: str, value: str) -> None:
    (span,) = find_spans(said, date(2028, 2, 28))
    assert (span.kind, span.value, span.written) == (SpanKind.DATE, value, said)
    assert find_spans(said) == ()


def test_what_stands_before_a_day_is_left() -> None:
    (span,) = find_spans("on the today show", date(2028, 2, 28))
    assert (span.start, span.end) == (7, 12)


@pytest.mark.parametrize("text", ["friday", "next friday", "the day after", "tomorrow's"])
def test_days_that_nobody_can_tell_are_no_dates(text: str) -> None:
    assert find_spans(text, date(2028, 2, 28)) == ()
