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
