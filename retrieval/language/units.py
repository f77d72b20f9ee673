"""Writes units out, so that a voice reads them well and quantities can be compared: `1.2kg` is `1.2 kilograms`."""

import re

_WORDS = {
    "mg": "milligram", "g": "gram", "gm": "gram", "gms": "gram", "gr": "gram", "kg": "kilogram", "kgs": "kilogram",
    "oz": "ounce", "lb": "pound", "lbs": "pound", "mm": "millimetre", "cm": "centimetre", "cms": "centimetre",
    "m": "metre", "mtr": "metre", "km": "kilometre", "in": "inch", '"': "inch", "″": "inch", "inches": "inch",
    "ft": "foot", "ml": "millilitre", "mL": "millilitre", "l": "litre", "L": "litre", "ltr": "litre", "W": "watt",
    "kW": "kilowatt", "V": "volt", "mAh": "milliampere hour", "Wh": "watt hour", "MB": "megabyte", "GB": "gigabyte",
    "TB": "terabyte", "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "MP": "megapixel",
    "dB": "decibel", "lm": "lumen", "hrs": "hour", "hr": "hour", "h": "hour", "mins": "minute", "min": "minute",
    "secs": "second", "sec": "second", "ms": "millisecond", "yrs": "year", "yr": "year",
}  # fmt: skip
# Units of two letters and more are known in any case, single ones only in their own: "5G" weighs nothing.
_ANY_CASE = {unit.lower(): word for unit, word in _WORDS.items() if len(unit) > 1}
_PLURALS = {"inch": "inches", "foot": "feet", "hertz": "hertz", "kilohertz": "kilohertz", "megahertz": "megahertz",
            "gigahertz": "gigahertz"}  # fmt: skip
_UNITS = "|".join(sorted((re.escape(unit) for unit in _WORDS), key=len, reverse=True))
_QUANTITY = re.compile(rf"(?<![\w.,-])(\d+(?:[.,]\d+)*)(\s?)((?i:{_UNITS}))(?![\w°])")
_NOTHING_MORE = re.compile(r"[\s.,;)]*(?:[x×*]|$)")  # "12 in x 5 in", not "2 in 1" or "5 in the box"


def written_out(text: str) -> str:
    """`text` with every number's unit as a word; what is no unit stays as it is."""
    return _QUANTITY.sub(_in_words, text)


def _in_words(match: re.Match[str]) -> str:
    number, space, unit = match.groups()
    word = _word(unit)
    is_preposition = unit.lower() == "in" and space and not _NOTHING_MORE.match(match.string, match.end())
    return match[0] if word is None or is_preposition else quantity(number, word)


def _word(unit: str) -> str | None:
    return _WORDS.get(unit) or _ANY_CASE.get(unit.lower())


def unit_word(text: str) -> str | None:
    """The unit that `text` is, as a word in the singular: `g` and `grams` are `gram`; None when it is none."""
    word = text.lower()
    singulars = {plural: unit for unit, plural in _PLURALS.items()}
    known = set(_WORDS.values())
    return (
        _word(text)
        or singulars.get(word)
        or next((form for form in (word, word.removesuffix("s")) if form in known), None)
    )


def quantity(number: str, unit: str) -> str:
    """A number with a unit's word: `1 gram`, `1.2 kilograms`. A unit that is not known is written as it is."""
    word = _word(unit) or unit
    if number in ("1", "1.0"):
        return f"{number} {word}"
    return f"{number} {_PLURALS.get(word) or (word if word.endswith('s') else word + 's')}"
