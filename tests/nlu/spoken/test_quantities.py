"""Amounts of money and of units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken import SpanKind, find_spans, written
from tests.nlu.spoken.speaking import in_words


def read(text: str) -> tuple[SpanKind, str, str, str]:
    (span,) = find_spans(text)
    assert (span.start, span.end) == (0, len(text))
    return span.kind, span.value, span.unit, span.written


@given(st.integers(2, 99_999), st.integers(10, 99), st.sampled_from(["and ", ""]), st.booleans())
def test_dollars_and_cents(dollars: int, cents: int, link: str, in_figures: bool) -> None:
    said = str(cents) if in_figures and link else in_words(cents)
    text = f"{in_words(dollars)} dollars {link}{said} cents"
    assert read(text) == (SpanKind.PRICE, f"{dollars}.{cents}", "USD", f"${dollars}.{cents}")


@given(st.integers(21, 99), st.sampled_from([95, 99]))
def test_a_price_as_shops_say_it(dollars: int, cents: int) -> None:
    said = f"{in_words(dollars)} {in_words(cents)}"
    assert read(said) == (SpanKind.PRICE, f"{dollars}.{cents}", "USD", f"${dollars}.{cents}")


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("$49", "49", "USD"),
        ("$49.95", "49.95", "USD"),
        ("$1,299", "1299", "USD"),
        ("forty-nine dollars and 95 cents", "49.95", "USD"),
        ("$49 and 95 cents", "49.95", "USD"),
        ("forty nine dollars ninety five", "49.95", "USD"),
        ("forty nine ninety five dollars", "49.95", "USD"),
        ("two forty nine ninety nine", "249.99", "USD"),
        ("ninety nine cents", "0.99", "USD"),
        ("a hundred bucks", "100", "USD"),
        ("two hundred euros", "200", "EUR"),
        ("five pounds fifty pence", "5.50", "GBP"),
        ("€5", "5", "EUR"),
        ("$3.459", "3.459", "USD"),
        ("3.5 dollars", "3.50", "USD"),
        ("12.5 cents", "0.125", "USD"),
        ("$49.00", "49", "USD"),
        ("$123456789012345678", "123456789012345678", "USD"),
    ],
)
def test_prices(said: str, value: str, unit: str) -> None:
    assert read(said)[:3] == (SpanKind.PRICE, value, unit)


def test_bare_cents_are_the_last_word() -> None:
    assert written("five dollars twenty") == "$5.20"
    assert written("five dollars twenty, please") == "$5.20, please"
    assert written("five dollars twenty people") == "$5 20 people"
    assert written("five dollars twenty cents off") == "$5.20 off"


LONG = "12345678901234567890123456789"


@pytest.mark.parametrize("text", [f"${LONG}", f"{LONG} dollars", f"{LONG} thousand", f"{LONG} and a half"])
def test_figures_too_many_for_an_amount_stay_as_they_are(text: str) -> None:
    assert [(span.kind, span.value) for span in find_spans(text)][0] == (SpanKind.NUMBER, LONG)
    assert written(text) == text


BEFORE = ["$", "€", "", "order ", "june ", "$5 and ", "five dollars "]
AFTER = [" dollars", " cents", " pounds", " thousand", " hundred", " million dollars", " and a half", "th", " pm", ""]


@given(
    st.text("0123456789", min_size=1, max_size=60).filter(lambda figures: figures.strip("0")),
    st.sampled_from(["", " ", ",", "."]),
    st.sampled_from(BEFORE),
    st.sampled_from(AFTER),
)
def test_any_number_of_figures_can_be_read(figures: str, between: str, before: str, after: str) -> None:
    text = before + between.join(figures) + after
    once = written(text)
    assert all(span.value for span in find_spans(text))
    assert written(once) == once


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("after", AFTER)
def test_more_figures_than_python_converts_can_be_read(before: str, after: str) -> None:
    assert find_spans(f"{before}{'7' * 5_000}{after}")


def test_what_stands_before_says_that_money_is_meant() -> None:
    assert written("it costs nineteen fifty") == "it costs $19.50"
    assert written("it was built in nineteen fifty") == "it was built in 1950"
    assert written("nineteen ninety nine") == "1999"
    assert written("the price is nineteen ninety nine") == "the price is $19.99"
    assert written("order forty nine ninety five") == "order 4995"


@pytest.mark.parametrize(
    "before",
    [
        "it is priced at", "the price is at", "it costs about", "it sells at", "sold for only", "selling at just",
        "it was offered at", "they paid", "it is worth", "valued at",
    ],
)  # fmt: skip
def test_a_price_may_sound_like_a_time(before: str) -> None:
    assert written(f"{before} eleven fifty") == f"{before} $11.50"
    assert SpanKind.TIME not in {span.kind for span in find_spans(f"{before} nine fifty")}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("we close at eleven fifty", "we close at 11:50"),
        ("do you sell cards at the counter until eleven fifty", "do you sell cards at the counter until 11:50"),
        ("it must be paid by eleven fifty", "it must be paid by 11:50"),
        ("it is priced at eleven fifty p m", "it is priced at 11:50 PM"),
        ("it costs more at eleven fifty", "it costs more at 11:50"),
        ("do you sell the nineteen fifty model", "do you sell the 1950 model"),
    ],
)
def test_money_is_meant_only_where_it_is_spoken_of(said: str, expected: str) -> None:
    assert written(said) == expected


@pytest.mark.parametrize(
    ("said", "expected", "unit"),
    [
        ("two point five gigahertz", "2.5 GHz", "GHz"),
        ("2.5 gigahertz", "2.5 GHz", "GHz"),
        ("sixteen g b", "16 GB", "GB"),
        ("eight hundred milliamp hours", "800 mAh", "mAh"),
        ("twenty percent", "20%", "%"),
        ("thirty two degrees celsius", "32 °C", "°C"),
        ("fifty five inches", "55 inches", "in"),
        ("two and a half hours", "2.5 hours", "h"),
        ("five pounds", "5 pounds", "lb"),
        ("one hour", "1 hour", "h"),
        ("two fifty six gigabytes", "256 GB", "GB"),
    ],
)
def test_quantities(said: str, expected: str, unit: str) -> None:
    kind, _, found, text = read(said)
    assert (kind, text, found) == (SpanKind.QUANTITY, expected, unit)


@pytest.mark.parametrize("text", ["2.5GHz", "2.5 GHz", "16gb", "13-inch", "20%", "5 hours", "4K", "1080p", "5G"])
def test_written_quantities_stay(text: str) -> None:
    assert read(text)[3] == text


@pytest.mark.parametrize(
    ("said", "value"), [("ten eighty p", "1080p"), ("four k", "4K"), ("five g", "5G"), ("three d", "3D")]
)
def test_classes(said: str, value: str) -> None:
    assert read(said)[:2] == (SpanKind.CODE, value)


def test_twenty_seconds_or_the_twenty_second() -> None:
    assert written("set a twenty second timer") == "set a 20 second timer"
    assert written("for the twenty second time") == "for the 22nd time"


@pytest.mark.parametrize("text", ["one second please", "one day", "capital one miles", "pounds", "a dollar"])
def test_what_is_not_counted_is_left(text: str) -> None:
    assert find_spans(text) == ()
