"""Units as words, and what only looks like one."""

import pytest

from retrieval.language.quantities import Quantity, quantity_of
from retrieval.language.units import quantity, written_out


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("500gm", "500 grams"),
        ("1.2 kg", "1.2 kilograms"),
        ("1 kg", "1 kilogram"),
        ("12 in x 5 in", "12 inches x 5 inches"),
        ('5.5" screen', "5.5 inches screen"),
        ("10 x 5 x 2 cm", "10 x 5 x 2 centimetres"),
        ("3000mAh", "3000 milliampere hours"),
        ("2.4GHz, 16gb", "2.4 gigahertz, 16 gigabytes"),
        ("up to 10 hrs.", "up to 10 hours."),
        ("220 V", "220 volts"),
        ("6 ft", "6 feet"),
    ],
)
def test_units_are_written_out(text: str, written: str) -> None:
    assert written_out(text) == written
    assert written_out(written) == written


@pytest.mark.parametrize(
    "text",
    ["5G", "2 in 1", "5 in the box", "32 M", "iPhone 5 s", "A4", "USB 3.0", "MP3", "24x7", "100% cotton", "4K TV"],
)
def test_what_is_no_unit_stays(text: str) -> None:
    assert written_out(text) == text


def test_what_is_written_out_can_be_compared() -> None:
    assert quantity_of(written_out("0.5kg")) == quantity_of(written_out("500 g")) == Quantity(500, "gram")


def test_an_unknown_unit_is_written_as_it_is() -> None:
    assert [quantity("1", "piece"), quantity("48", "piece"), quantity("4", "kg")] == [
        "1 piece",
        "48 pieces",
        "4 kilograms",
    ]
