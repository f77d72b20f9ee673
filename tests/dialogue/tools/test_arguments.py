from contextlib import nullcontext, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.tools.arguments import Unfit, fitted

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = ("type", "enum", "anyOf", "items", "minimum", "maxLength", "$ref", "default", "allOf", "const")


def fit(value: Any, schema: Any, **root: Any) -> Any:
    return fitted({"a": value}, {"properties": {"a": schema}, "required": ["a"], **root})["a"]


@pytest.mark.parametrize(
    ("value", "schema", "argument"),
    [
        ("48213", {"type": "integer"}, 48213),
        ("$1,299.50", {"type": "number"}, 1299.5),
        ("4", {"type": "number"}, 4),
        (2.0, {"type": "integer"}, 2),
        (48213, {"type": "string"}, "48213"),
        (3.0, {"type": "string"}, "3"),
        (True, {"type": "string"}, "true"),
        ("Yes", {"type": "boolean"}, True),
        ("off", {"type": "boolean"}, False),
        ("red", {"type": "array", "items": {"type": "string"}}, ["red"]),
        (["1", 2], {"type": "array", "items": {"type": "integer"}}, [1, 2]),
        ({"x": 1}, {"type": "object"}, {"x": 1}),
        ("RED", {"enum": ["red", "blue"]}, "red"),
        ("7", {"type": ["integer", "null"]}, 7),
        ("7", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "7"),
        ("7", {"oneOf": [{"type": "null"}, {"type": "integer"}]}, 7),
        ("7", {"allOf": [{"type": "integer"}, {"minimum": 3}]}, 7),
        ("s", {"$ref": "#/$defs/Size"}, "S"),
        ("any", {}, "any"),
        ("any", True, "any"),
    ],
)
def test_a_value_becomes_what_the_schema_asks_for(value: Any, schema: Any, argument: Any) -> None:
    got = fit(value, schema, **{"$defs": {"Size": {"enum": ["S", "M"]}}})
    assert (got, type(got)) == (argument, type(argument))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("many", {"type": "integer"}),
        ("inf", {"type": "number"}),
        ("1.5", {"type": "integer"}),
        (True, {"type": "integer"}),
        (["a"], {"type": "string"}),
        ("perhaps", {"type": "boolean"}),
        ("a", {"type": "object"}),
        ("green", {"enum": ["red"]}),
        ("a", {"const": "b"}),
        (5, {"type": "integer", "maximum": 4}),
        ("long", {"type": "string", "maxLength": 3}),
        ([1], {"type": "array", "minItems": 2}),
        ("a", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("a", {"$ref": "#/$defs/missing"}),
        ("a", {"$ref": "https://example.com/schema"}),
        ("a", {"$ref": "#/properties/a"}),
        ("a", False),
        (None, {"type": "string"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name_or_left_out(value: Any, schema: Any) -> None:
    with pytest.raises(Unfit, match="'a'"):
        fit(value, schema)
    whole = {"properties": {"a": schema}, "required": ["a"]}
    assert fitted({"a": value}, whole, partly=True) == {}


def test_what_is_missing_is_null_or_the_default_where_that_fits() -> None:
    strict = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert fitted({}, {"properties": {"a": strict}, "required": ["a"]}) == {"a": None}
    assert fitted({}, {"properties": {"a": {"type": "integer", "default": 3}}, "required": ["a"]}) == {"a": 3}
    assert fitted({}, {"properties": {"a": {"type": "integer"}}}) == {}


def test_what_the_function_does_not_have_is_left_out_where_it_says_so() -> None:
    assert fitted({"b": 1}, {"properties": {}, "additionalProperties": False}) == {}
    assert fitted({"b": 1}, {}) == {"b": 1}


def test_a_schema_that_names_itself_again_and_again_is_given_up() -> None:
    twice = {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}]}
    with pytest.raises(Unfit, match="'a'"):
        fit("a", twice, **{"$defs": {"A": twice}})


@given(JSON, st.dictionaries(st.sampled_from(KEYWORDS), JSON), st.booleans())
def test_no_schema_of_a_client_breaks_anything(value: Any, schema: dict[str, Any], partly: bool) -> None:
    whole = {"properties": {"a": schema}, "required": ["a"], "$defs": schema}
    with nullcontext() if partly else suppress(Unfit):
        assert set(fitted({"a": value}, whole, partly=partly)) <= {"a"}
