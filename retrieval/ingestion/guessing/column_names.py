"""Reads the name of a column: how it compares with others, the unit in it, and how a person would write it."""

import re
import unicodedata
from collections.abc import Mapping

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IN_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*")
_NAMESPACE = re.compile(
    r"^(?:g|c|pa|attr|attribute|meta|specs?|specifications?|attributes|metafields?)[:._](?=\w)", re.I
)
_ROLE = re.compile(r"^(?:product|item|variants?|article|artikel|produkt|producto|produit|prodotto)(?=.)")
_SHORTEST_NAME = 5  # letters of a name in capitals that is no abbreviation: USB, RAM, EAN

UNITS: Mapping[str, str] = {
    unit: name
    for name, units in {
        "mg": "mg milligram milligrams", "g": "g gr gram grams gramm grammes gramos grammi grams",
        "kg": "kg kgs kilo kilos kilogram kilograms kilogramm", "oz": "oz ounce ounces", "lb": "lb lbs pound pounds",
        "mm": "mm millimeter millimetre", "cm": "cm centimeter centimetre", "m": "m mtr meter metre meters metres",
        "km": "km", "in": "in inch inches zoll", "ft": "ft feet", "ml": "ml milliliter millilitre",
        "cl": "cl", "l": "l ltr liter litre liters litres", "W": "w watt watts", "kW": "kw", "V": "v volt volts",
        "Ah": "ah", "mAh": "mah", "Wh": "wh", "kWh": "kwh", "MB": "mb", "GB": "gb", "TB": "tb", "Hz": "hz",
        "kHz": "khz", "MHz": "mhz", "GHz": "ghz", "MP": "mp megapixel", "dB": "db", "lm": "lm lumen lumens",
        "h": "h hr hrs hour hours stunden heures horas ore", "min": "min mins minute minutes minuten minutos",
        "s": "s sec secs second seconds", "days": "days tage jours giorni dias", "weeks": "weeks", "months": "months",
        "years": "years yrs", "%": "% pct percent prozent", "kcal": "kcal", "kJ": "kj", "rpm": "rpm",
        "pieces": "pcs", "°C": "°c celsius", "m²": "m2 m² sqm qm", "K": "kelvin", "ohms": "ohm ohms",
    }.items()
    for unit in units.split()
}  # fmt: skip
"""The units that the name of a column may end in, and how a value is written with them."""


VARIANT_LISTS = ("variants", "variations", "skus", "versions", "children", "offers", "options_list")
"""What lists of variants inside a row are called; a variant's own column is then `variants.price`."""


def inner_name(name: str) -> str:
    """A column's name without the list of variants that it lies in, or our own `specs.`."""
    outer, dot, inner = name.partition(".")
    return inner if dot and (outer in VARIANT_LISTS or outer == "specs") else name


def squeezed(name: str) -> str:
    """A name as names compare: its letters and digits alone, in one case and without accents; no brackets' content."""
    plain = unicodedata.normalize("NFKD", _without_brackets(_NAMESPACE.sub("", name.strip())).casefold())
    return "".join(char for char in plain if char.isalnum())


def spellings(name: str) -> tuple[str, ...]:
    """The squeezed name, and the name without the word for the thing that it is about: `product_title` as `title`."""
    whole = squeezed(name)
    short = _ROLE.sub("", whole)
    return (whole, short) if short != whole and len(short) > 1 else (whole,)


def parted(name: str) -> tuple[str, str]:
    """A name without the unit in it, and that unit in its usual writing, empty for none.

    A unit stands in brackets (`Weight (g)`), after `in` (`Preis in EUR`), or is the last word (`battery_life_h`).
    Currencies are no units.
    """
    inside = _IN_BRACKETS.search(name)
    if inside and (unit := UNITS.get(inside[1].casefold())):
        return _without_brackets(name).strip(), unit
    words = words_of(name)
    unit = UNITS.get(words[-1].casefold(), "") if len(words) > 1 else ""
    if not unit:
        return name, ""
    kept = words[:-2] if len(words) > 2 and words[-2].casefold() == "in" else words[:-1]
    return " ".join(kept), unit


def words_of(name: str) -> list[str]:
    """The words of a name, however they are joined: `batteryLife_h` has three."""
    plain = _without_brackets(_NAMESPACE.sub("", name.strip()))
    return [word for word in re.split(r"[\s_:./\\-]+", _CAMEL.sub(" ", plain)) if word]


def readable(name: str) -> str:
    """A name as the label of a spec: `battery_life` is `battery life`, `Item Weight` is `item weight`, `RAM` stays."""
    return " ".join(_word(word) for word in words_of(name)) or name.strip()


def _word(word: str) -> str:
    is_short = word.isupper() and 1 < len(word) < _SHORTEST_NAME
    return word if is_short or (not word.isupper() and not word.istitle() and not word.islower()) else word.lower()


def _without_brackets(name: str) -> str:
    """A name without what stands in brackets, unless that is all there is."""
    return _IN_BRACKETS.sub(" ", name).strip() or name
