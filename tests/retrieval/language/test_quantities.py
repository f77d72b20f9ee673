"""The first quantity of a text, in base units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.quantities import quantity_of


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.3 kilograms", 1300, "gram"),
        ("Falcon Book: weight 1,880 grams", 1880, "gram"),
        ("8 hours, 30 hours with the case", 8 * 3600, "second"),
        ("two days", 2 * 86400, "second"),
        ("one hundred and fifty centimetres", 1.5, "metre"),
        ("10 meters", 10, "metre"),
        ("3 liters", 3, "litre"),
        ("6 feet", 6 * 0.3048, "metre"),
        ("12 inches", 12 * 0.0254, "metre"),
        ("512 gigabytes of 2 terabytes", 512e9, "byte"),
        ("2 screens of 16 inches", 16 * 0.0254, "metre"),
        ("50 cents", 0.5, "dollar"),
        ("12 megapixels", 12e6, "pixel"),
        ("2 cups", 0.48, "litre"),
        ("30 seconds", 30, "second"),
        ("38 decibels, 50 hertz", 38, "decibel"),
        ("50 hertz", 50, "hertz"),
        ("806 lumens", 806, "lumen"),
        ("240 pages", 240, "page"),
        ("15 dollars", 15, "dollar"),
    ],
)
def test_the_first_number_with_a_unit_counts(text: str, value: float, unit: str) -> None:
    found = quantity_of(text)
    assert found
    assert found.value == pytest.approx(value)
    assert found.unit == unit


@pytest.mark.parametrize("text", ["", "grams", "5", "14 in stock", "light as a gram", "kilograms 3", "3 USB ports"])
def test_a_number_without_a_unit_is_no_quantity(text: str) -> None:
    assert quantity_of(text) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("1.3 kilograms", "1300 grams"),
        ("1 metre", "100 centimetres"),
        ("one hour", "60 minutes"),
        ("1 litre", "1000 millilitres"),
        ("2 terabytes", "2000 gigabytes"),
        ("1 kilowatt", "1000 watts"),
        ("1 kilometre", "1000 metres"),
        ("2 kilos", "2 kilograms"),
        ("1 pound", "16 ounces"),
        ("1 gigabyte", "1000 megabytes"),
        ("60 seconds", "1 minute"),
        ("1 week", "7 days"),
        ("1 year", "12 months"),
        ("1 year", "365.2425 days"),
    ],
)
def test_the_same_amount_in_two_units_is_equal(text: str, other: str) -> None:
    first, second = quantity_of(text), quantity_of(other)
    assert first
    assert second
    assert first.value == pytest.approx(second.value)
    assert first.unit == second.unit


@given(st.decimals(0, 10_000, places=2), st.sampled_from([("gram", 1), ("kilogram", 1000), ("ounce", 28.35)]))
def test_a_number_is_read_as_it_is_written(number: Decimal, unit: tuple[str, float]) -> None:
    name, grams = unit
    found = quantity_of(f"it weighs {number} {name}s in all")
    assert found
    assert found.value == pytest.approx(float(number) * grams)
    assert found.unit == "gram"
