"""The names of units, as a token and as several, against what a reader would take them for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken.tokens import tokenize
from nlu.spoken.units import unit_at

PREFIXES = {"": "", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "milli": "m", "centi": "c"}
METRIC = {
    "hertz": ("Hz", ("", "kilo", "mega", "giga")),
    "byte": ("B", ("kilo", "mega", "giga", "tera")),
    "watt": ("W", ("", "kilo", "milli")),
    "volt": ("V", ("", "kilo", "milli")),
    "gram": ("g", ("", "kilo", "milli")),
    "litre": ("l", ("", "milli")),
    "liter": ("l", ("", "milli")),
    "metre": ("m", ("kilo", "milli", "centi")),
    "meter": ("m", ("kilo", "milli", "centi")),
    "second": ("s", ("milli",)),
}


@pytest.mark.parametrize("base", METRIC)
def test_a_metric_unit_is_read_with_its_prefixes_joined_or_apart_in_singular_and_plural(base: str) -> None:
    symbol, prefixes = METRIC[base]
    for prefix in prefixes:
        for name in (base, f"{base}s"):
            for said in {f"{prefix}{name}", f"{prefix} {name}".strip()}:
                tokens = tokenize(said)
                assert unit_at(tokens, 0) == (PREFIXES[prefix] + symbol, len(tokens.tokens), False), said


@pytest.mark.parametrize(
    ("said", "symbol"),
    [
        ("milliamp hours", "mAh"),
        ("milli amp hour", "mAh"),
        ("watt hours", "Wh"),
        ("kilowatt hour", "kWh"),
        ("kilos", "kg"),
        ("gigs", "GB"),
        ("mega pixels", "MP"),
        ("gigabits per second", "Gbit/s"),
        ("megabits per second", "Mbit/s"),
        ("decibels", "dB"),
        ("degrees celsius", "°C"),
        ("degrees fahrenheit", "°F"),
        ("per cent", "%"),
        ("percent", "%"),
        ("g b", "GB"),
        ("k w h", "kWh"),
        ("m a h", "mAh"),
        ("c m", "cm"),
        ("GHz", "GHz"),
        ("ghz", "GHz"),
        ("W", "W"),
        ("° F", "°F"),
    ],
)
def test_a_unit_gets_its_symbol(said: str, symbol: str) -> None:
    tokens = tokenize(said)
    assert unit_at(tokens, 0) == (symbol, len(tokens.tokens), False)


@pytest.mark.parametrize(
    ("said", "symbol"), [("inches", "in"), ("pounds", "lb"), ("weeks", "week"), ("degrees", "°"), ("foot", "ft")]
)
def test_a_unit_of_daily_speech_stays_as_it_is_said(said: str, symbol: str) -> None:
    assert unit_at(tokenize(said), 0) == (symbol, 1, True)


def test_the_longest_name_wins() -> None:
    tokens = tokenize("two watt hours a day")
    assert unit_at(tokens, 1) == ("Wh", 3, False)
    assert unit_at(tokenize("two watt bulbs"), 1) == ("W", 2, False)
    assert unit_at(tokenize("ten degrees celsius"), 1) == ("°C", 3, False)
    assert unit_at(tokenize("ten degrees north"), 1) == ("°", 2, True)


def test_what_is_no_unit_and_what_lies_behind_the_end_is_none() -> None:
    tokens = tokenize("two red chairs")
    assert [unit_at(tokens, at) for at in range(4)] == [None] * 4


@given(st.text(max_size=30), st.integers(0, 10))
def test_a_unit_ends_within_the_text(text: str, at: int) -> None:
    tokens = tokenize(text)
    found = unit_at(tokens, at)
    assert found is None or at < found[1] <= len(tokens.tokens)
