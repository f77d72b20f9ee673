"""Reads values as shops write them: prices among words, ratings, paths of categories, cells full of labels."""

import ast
import json
import re
from collections.abc import Mapping

from retrieval.ingestion.rows.ruby_literals import parse_ruby
from retrieval.language.money import amount_of, currency_of
from retrieval.language.units import quantity, written_out

_AMOUNT = re.compile(r"\d(?:[\d.,' \u00a0\u202f]*\d)?")
_SIGN_BEFORE = re.compile(r"(?<![^\W\d_])([A-Za-z]{0,3}[$€£₹¥₩]|[A-Z]{3}|Rs\.?|zł|kr)\s*$")
_SIGN_AFTER = re.compile(r"\s*(?:,-+|/-)?\s*([$€£₹¥₩]|[A-Z]{3}\b|zł|Kč|kr)")
_OUT_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:out of|/|von|sur|de|su)\s*(\d+)")
_COMMA = re.compile(r'(?<![\d.,])(\d+),(\d{1,2})(?=\s*[^\W\d_]|\s*[%°"])')
_STEP = re.compile(r"\s*(?:>+|»|→|\||::)\s*")
_SLASHED = re.compile(r"(?:[^/]+/){2,}[^/]+|Default Category/.+")
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_ASSIGNED = re.compile(r"\s*([\w .-]+?)\s*[=:]\s*")
_LABEL_KEYS = ("key", "name", "label", "title", "attribute", "property", "attribute_code", "code")
_VALUE_KEYS = ("value", "values", "text", "option", "content", "val")
_TRUE, _FALSE = (
    frozenset(words.split())
    for words in (
        "yes y true 1 ja si sí oui sim tak ano igen da x ✓",
        "no n false 0 nein non nee não nie ne nem nu nej",
    )
)


def price(value: object) -> object:
    """The first amount of money in a text with its currency: `ab 12,50 EUR inkl. MwSt.` is `12,50 EUR`.

    Raises ValueError where there is no number.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    for amount in _AMOUNT.finditer(text):
        if amount_of(amount[0]) is None:
            continue
        signs = (_SIGN_BEFORE.search(text[: amount.start()]), _SIGN_AFTER.match(text[amount.end() :]))
        code = next((code for sign in signs if sign and (code := currency_of(sign[1]))), None)
        return f"{amount[0]} {code}" if code else amount[0]
    raise ValueError("no amount of money")


def stars(value: object) -> object:
    """A rating on the scale to five: `4,5`, `9/10`, `4.5 out of 5 stars`. Raises ValueError for no or two numbers."""
    if not isinstance(value, str):
        return value
    if scaled := _OUT_OF.search(value):
        best = float(scaled[2])
        return round(float(scaled[1].replace(",", ".")) * 5 / best, 2) if best else None
    found = _AMOUNT.findall(value)
    if len(found) != 1:
        return value.count("★") or _no_number(len(found))
    return float(found[0].replace(",", "."))


def _no_number(count: int) -> float:
    raise ValueError(f"{count} numbers where one is wanted")


def path(value: object) -> object:
    """The steps of a category in any notation: `A > B`, `A|B`, `["A >> B"]`, `A/B/C,A/D`, `home-decor`."""
    value = _parsed(value)
    if isinstance(value, list):
        texts = [item for item in value if isinstance(item, str) and item.strip()]
        return path(texts[0]) if len(texts) == 1 or any(map(_STEP.search, texts)) else texts or None
    if isinstance(value, Mapping):
        return next((path(value[key]) for key in ("name", "title", "full_name") if value.get(key)), None)
    if not isinstance(value, str):
        return value
    value = _deepest(value)
    steps = _STEP.split(value) if _STEP.search(value) else value.split("/") if _SLASHED.fullmatch(value) else [value]
    steps = [step.strip() for step in steps if step.strip() and step.strip() != "Default Category"]
    return [" ".join(step.split("-")).capitalize() if _KEBAB.fullmatch(step) else step for step in steps]


def _deepest(text: str) -> str:
    """Of several paths with commas between, which begin with the same step, the longest: `A > B, A`, `A/B,A/B/C`."""
    several = [part.strip() for part in text.split(",")]
    firsts = {re.split(r"\s*[>»→|/]+\s*", part)[0] for part in several}
    is_path = _STEP.search(text) or all(map(_SLASHED.fullmatch, several)) or "Default Category" in firsts
    if len(several) < 2 or len(firsts) > 1 or not is_path:
        return text
    return max(several, key=lambda part: len(re.split(r"[>»→|/]+", part)))


def labels(value: object) -> object:
    """Labels with their values out of a cell that holds many, in the notation of JSON, Python, Ruby or `a=b,c=d`.

    Raises ValueError where a text is none of these.
    """
    value = _parsed(value)
    if isinstance(value, Mapping):
        inner = next(iter(value.values()), None)
        if len(value) == 1 and isinstance(inner, list | Mapping):
            return labels(inner)
        return {str(label): _plain(text) for label, text in value.items() if _plain(text) not in (None, "")}
    if isinstance(value, list):
        found: dict[str, object] = {}
        for item in value:
            if isinstance(item, Mapping):
                label = next((item[key] for key in _LABEL_KEYS if item.get(key)), None)
                text = next((_plain(item[key]) for key in _VALUE_KEYS if item.get(key) not in (None, "")), None)
                if label is not None and text not in (None, ""):
                    held = found.get(str(label))
                    found[str(label)] = f"{held}, {text}" if held else text
        return found
    return value


def _plain(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(_plain(item)) for item in value if item not in (None, ""))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items() if item not in (None, ""))
    return value


def _parsed(value: object) -> object:
    """A text in the notation of a list or mapping as that list or mapping; else the value itself."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text[:1] in ("[", "{"):
        for parse in (json.loads, parse_ruby if "=>" in text else ast.literal_eval):
            try:
                return parse(text)
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
        return value
    return _assignments(text) or value


def _assignments(text: str) -> dict[str, object]:
    """What `a=b,c=d`, `a: b; c: d` or `a=b|c=d` says; empty for another text."""
    found: dict[str, object] = {}
    label = ""
    for part in re.split(r"[,;|\n]" if "=" in text else r"[;|\n]", text):
        named = _ASSIGNED.match(part)
        if named and len(part) > named.end():
            label = named[1]
            found[label] = part[named.end() :].strip()
        elif label and part.strip() and not named:
            found[label] = f"{found[label]}, {part.strip()}"
    return found


def yes_no(value: object) -> object:
    """Yes or no in any language's word for it; other values stay."""
    word = str(value).strip().casefold()
    return "yes" if word in _TRUE else "no" if word in _FALSE else value


def measure(value: object, unit: str) -> object:
    """A bare number with its unit, in words: `1,5` in kg is `1.5 kilograms`; a text with more than a number stays."""
    text = value.strip() if isinstance(value, str) else f"{value:.15g}" if isinstance(value, int | float) else ""
    if not re.fullmatch(r"-?\d[\d.,' ]*", text):
        return value
    amount = amount_of(text.lstrip("-"))
    if amount is None:
        return value
    number = f"{'-' if text.startswith('-') else ''}{amount:.15g}"
    return f"{number} {unit}" if unit in ("%", "kcal", "kJ", "rpm", "°C", "m²") else quantity(number, unit)


def with_points(text: str) -> str:
    """A short value with decimal commas written with points and its units in words: `1,5 kg` is `1.5 kilograms`."""
    return written_out(_COMMA.sub(r"\1.\2", text)) if len(text) < 40 and text[:1].isdigit() else text


def said_by(value: object, role: str) -> object:
    """What the first turn of `role` says in a chat, a list of turns with `role` and `content`."""
    turns = value if isinstance(value, list) else []
    return next((turn.get("content") for turn in turns if isinstance(turn, Mapping) and turn.get("role") == role), None)
