"""The arguments of a client's function: values of the dialogue, converted to what the function's JSON schema asks for.

Only what a value of a slot can break is looked at: types, lists, objects, `enum`, `const`, and bounds of numbers and
lengths. Patterns and references to elsewhere come from the client and may run long, so they are left to the client.
Source: JSON Schema, draft 2020-12, https://json-schema.org/draft/2020-12/json-schema-validation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEEPEST = 20
"""Schemas within each other, those counted that are named by `$ref`."""

MOST_STEPS = 10_000
"""Schemas that are looked at for one call: some that name themselves would take for ever."""

_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off"})


@dataclass(slots=True)
class _Whole:
    """The schema that references lead into, and how many steps may still be taken in it."""

    root: Mapping[str, Any]
    steps_left: int = MOST_STEPS


class Unfit(ValueError):
    """A value does not fit a schema; the message says which part of the schema."""


def fitted(values: Mapping[str, Any], schema: Mapping[str, Any], *, partly: bool = False) -> dict[str, Any]:
    """Convert the values by name (None: there is none) to arguments that fit the schema of the whole.

    `partly`: arguments that do not fit are left out, and required ones may be missing. Else raises Unfit.
    """
    properties = _mapping(schema.get("properties"))
    required = [name for name in _list(schema.get("required")) if isinstance(name, str)]
    found: dict[str, Any] = {}
    whole = _Whole(schema)
    for name in dict.fromkeys([*properties, *values]):
        if name not in properties and schema.get("additionalProperties") is False:
            continue
        try:
            found |= _argument(name, values.get(name), properties.get(name), whole, name in required)
        except Unfit as error:
            if not partly and (name in required or name in values):
                raise Unfit(f"{name!r}: {error}") from None
    missing = [name for name in required if name not in found]
    if missing and not partly:
        raise Unfit(f"{missing[0]!r}: there is no value")
    return found


def _argument(name: str, value: Any, schema: Any, whole: _Whole, required: bool) -> dict[str, Any]:
    if value is not None:
        return {name: _fit(value, schema, whole, 0)}
    if not required:
        return {}
    try:
        return {name: _fit(_mapping(schema).get("default"), schema, whole, 0)}
    except Unfit:
        raise Unfit("there is no value") from None


def _fit(value: Any, schema: Any, whole: _Whole, depth: int) -> Any:
    whole.steps_left -= 1
    if depth > DEEPEST or whole.steps_left < 0:
        raise Unfit("its schema is nested too deep")
    if schema is False:
        raise Unfit("its schema takes nothing")
    schema = _mapping(schema)
    if isinstance(reference := schema.get("$ref"), str):
        return _fit(value, _resolved(reference, whole.root), whole, depth + 1)
    for key in ("anyOf", "oneOf"):
        if options := _list(schema.get(key)):
            return _first_fit(value, options, whole, depth + 1)
    for part in _list(schema.get("allOf")):
        value = _fit(value, part, whole, depth + 1)
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return _first_fit(value, [{**schema, "type": kind} for kind in kinds], whole, depth + 1)
    return _checked(_converted(value, kinds, schema, whole, depth), schema)


def _first_fit(value: Any, options: Sequence[Any], whole: _Whole, depth: int) -> Any:
    """Take the first that fits, one that the value fits as it is before one that it has to be converted for."""
    fits, reason = [], Unfit("its schema takes nothing")
    for option in options:
        try:
            fits.append(_fit(value, option, whole, depth))
        except Unfit as error:
            reason = error
    if not fits:
        raise reason
    return next((fit for fit in fits if type(fit) is type(value) and fit == value), fits[0])


def _resolved(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = _mapping(found).get(part)
    if found is None:
        raise Unfit(f"its schema names {reference[:100]!r}, which is not in it")
    return found


def _converted(value: Any, kind: object, schema: Mapping[str, Any], whole: _Whole, depth: int) -> Any:
    if kind == "array":
        items = value if isinstance(value, list | tuple) else [value]
        return [_fit(item, schema.get("items", True), whole, depth + 1) for item in items]
    if kind == "object":
        if not isinstance(value, Mapping):
            raise Unfit("it is no object")
        return dict(value)
    convert = _CONVERSIONS.get(kind) if isinstance(kind, str) else None
    if convert is not None:
        return convert(value)
    return value


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise Unfit("it is no text")


def _number(value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("it is no number")
    if isinstance(value, int | float):
        return value
    try:
        number = float(value.strip().replace(",", "").lstrip("$€£"))
    except ValueError:
        raise Unfit("it is no number") from None
    if number - number != 0:
        raise Unfit("it is no finite number")
    return int(number) if number.is_integer() and "." not in value else number


def _integer(value: Any) -> int:
    number = _number(value)
    if isinstance(number, float) and not number.is_integer():
        raise Unfit("it is no whole number")
    return int(number)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise Unfit("it is neither true nor false")


def _null(value: Any) -> None:
    if value is not None:
        raise Unfit("it is not null")


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "null": _null,
}


def _checked(value: Any, schema: Mapping[str, Any]) -> Any:
    if "const" in schema and value != schema["const"]:
        raise Unfit("it is not the constant that is asked for")
    if isinstance(options := schema.get("enum"), list) and value not in options:
        alike = [option for option in options if str(option).casefold() == str(value).casefold()]
        if not alike:
            raise Unfit("it is none of the values of its enum")
        return alike[0]
    if value is None and schema.get("type") not in (None, "null"):
        raise Unfit("there is no value")
    for low, high, size in _BOUNDS:
        measured = size(value)
        if measured is not None and not (_bound(schema, low, measured) <= measured <= _bound(schema, high, measured)):
            raise Unfit(f"it is outside of {low} and {high}")
    return value


def _bound(schema: Mapping[str, Any], name: str, otherwise: float) -> float:
    bound = schema.get(name)
    return bound if isinstance(bound, int | float) else otherwise


_BOUNDS: tuple[tuple[str, str, Callable[[Any], float | None]], ...] = (
    ("minimum", "maximum", lambda value: value if type(value) in (int, float) else None),
    ("minLength", "maxLength", lambda value: len(value) if isinstance(value, str) else None),
    ("minItems", "maxItems", lambda value: len(value) if isinstance(value, list) else None),
)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
