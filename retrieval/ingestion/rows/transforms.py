"""What a column map can do to a value on its way into a field."""

import ast
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.ingestion.rows import shop_values
from retrieval.ingestion.rows.ruby_literals import parse_ruby
from retrieval.language.money import amount_of
from retrieval.language.units import quantity
from retrieval.language.wording import slug_of

_NUMBER = re.compile(r"\d(?:[\d.,' ]*\d)?")


@dataclass(frozen=True, slots=True)
class Transform:
    """One step: what is done, and with what. Applying it raises ValueError when the value cannot have it."""

    name: str
    argument: object = None

    def __call__(self, value: object) -> object:
        """The changed value; None stays None."""
        if value is None:
            return None
        step = TRANSFORMS[self.name][0]
        return step(value, self.argument)


def _json(value: object, _: object) -> object:
    try:
        return json.loads(_text(value))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error


def _ruby(value: object, _: object) -> object:
    return parse_ruby(_text(value))


def _python(value: object, _: object) -> object:
    try:
        return ast.literal_eval(_text(value).strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError) as error:
        raise ValueError(f"not a Python literal ({error})") from error


def _split(value: object, at: object) -> object:
    return [part.strip() for part in _text(value).split(str(at)) if part.strip()]


def _join(value: object, between: object) -> object:
    return str(between).join(_text(item) for item in _list(value))


def _first(value: object, _: object) -> object:
    return next(iter(_list(value)), None)


def _last(value: object, _: object) -> object:
    items = _list(value)
    return items[-1] if items else None


def _get(value: object, path: object) -> object:
    return at_path(value, str(path).split("."))


def at_path(value: object, path: Sequence[str]) -> object:
    """What stands in nested mappings under the names of `path`; None when one is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _pairs(value: object, names: object) -> object:
    """A list of mappings with a label and a value each as one mapping; entries that lack either are passed over."""
    label, text = map(str, _list(names))
    found: dict[str, object] = {}
    for item in _list(value):
        name, said = at_path(item, [label]), at_path(item, [text])
        if name not in (None, "") and said not in (None, ""):
            found[str(name)] = f"{found[str(name)]}, {said}" if str(name) in found else said
    return found


def _number(value: object, _: object) -> object:
    """The one number of a text, whatever stands around it: `4.5 out of 5` has two, `Rs. 1,299` one."""
    if isinstance(value, int | float):
        return value
    found = _NUMBER.findall(_text(value))
    amount = amount_of(found[0]) if len(found) == 1 else None
    if amount is None:
        raise ValueError(f"{len(found)} numbers where one is wanted")
    return amount


def _round(value: object, _: object) -> object:
    # Halves go up, as with stars; `round` would take them to the even number.
    number = _number(value, None)
    return int(number + 0.5) if isinstance(number, int | float) else number


def _unit(value: object, unit: object) -> object:
    number = _number(value, None)
    return quantity(f"{number:g}", str(unit)) if isinstance(number, int | float) else None


def _lower(value: object, _: object) -> object:
    return _text(value).lower()


def _words(value: object, _: object) -> object:
    """`home-decoration` as `Home decoration`."""
    text = re.sub(r"[-_\s]+", " ", _text(value)).strip()
    return text[:1].upper() + text[1:]


def _slug(value: object, _: object) -> object:
    return slug_of(_text(value))


def _prefix(value: object, before: object) -> object:
    return f"{before}{_text(value)}"


def _replace(value: object, table: object) -> object:
    """The table's entry for the value; the value itself when the table has none."""
    return dict(table).get(_text(value), value) if isinstance(table, Mapping) else value


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{type(value).__name__} where a text is wanted")
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{type(value).__name__} where a list is wanted")
    return list(value)


TRANSFORMS: dict[str, tuple[Callable[[object, object], object], type[object] | None]] = {
    "json": (_json, None),
    "ruby": (_ruby, None),
    "python": (_python, None),
    "split": (_split, str),
    "join": (_join, str),
    "first": (_first, None),
    "last": (_last, None),
    "get": (_get, str),
    "pairs": (_pairs, list),
    "number": (_number, None),
    "round": (_round, None),
    "unit": (_unit, str),
    "lower": (_lower, None),
    "words": (_words, None),
    "slug": (_slug, None),
    "prefix": (_prefix, str),
    "replace": (_replace, dict),
    "price": (lambda value, _: shop_values.price(value), None),
    "stars": (lambda value, _: shop_values.stars(value), None),
    "path": (lambda value, _: shop_values.path(value), None),
    "labels": (lambda value, _: shop_values.labels(value), None),
    "yes_no": (lambda value, _: shop_values.yes_no(value), None),
    "measure": (lambda value, unit: shop_values.measure(value, str(unit)), str),
    "said_by": (lambda value, role: shop_values.said_by(value, str(role)), str),
}
"""Every transform by name, with the type of what stands behind its name in a map; None for nothing."""
