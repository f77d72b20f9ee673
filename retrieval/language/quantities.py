"""Reads the first quantity of a fact, so that two facts can be compared: `1.3 kilograms` is 1300 grams."""

import re
from dataclasses import dataclass

from retrieval.language.remembering import remembered
from retrieval.language.wording import stem, with_digits, words

# Unit, its base unit, and how many of the base unit it is.
_UNITS: dict[str, tuple[str, float]] = {
    "milligram": ("gram", 0.001),
    "gram": ("gram", 1),
    "kilogram": ("gram", 1000),
    "kilo": ("gram", 1000),
    "ounce": ("gram", 28.35),
    "pound": ("gram", 453.6),
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3600),
    "day": ("second", 86400),
    "week": ("second", 604800),
    "month": ("second", 2629746),
    "year": ("second", 31556952),
    "millimetre": ("metre", 0.001),
    "centimetre": ("metre", 0.01),
    "metre": ("metre", 1),
    "kilometre": ("metre", 1000),
    "inch": ("metre", 0.0254),
    "foot": ("metre", 0.3048),
    "feet": ("metre", 0.3048),
    "millilitre": ("litre", 0.001),
    "litre": ("litre", 1),
    "cup": ("litre", 0.24),
    "megabyte": ("byte", 1e6),
    "gigabyte": ("byte", 1e9),
    "terabyte": ("byte", 1e12),
    "watt": ("watt", 1),
    "kilowatt": ("watt", 1000),
    "decibel": ("decibel", 1),
    "hertz": ("hertz", 1),
    "lumen": ("lumen", 1),
    "page": ("page", 1),
    "cent": ("dollar", 0.01),
    "dollar": ("dollar", 1),
    "megapixel": ("pixel", 1e6),
}
TEXTS_REMEMBERED = 8192
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of base units."""

    value: float
    unit: str


def _quantity_of(text: str) -> Quantity | None:
    """The first number of `text` that has a known unit, in base units; None when there is none."""
    tokens = with_digits(words(text))
    for number, unit in zip(tokens, tokens[1:], strict=False):
        base = _UNITS.get(stem(unit).replace("meter", "metre").replace("liter", "litre"))
        if base and _NUMBER.fullmatch(number):
            return Quantity(float(number) * base[1], base[0])
    return None


quantity_of = remembered(_quantity_of, TEXTS_REMEMBERED)
