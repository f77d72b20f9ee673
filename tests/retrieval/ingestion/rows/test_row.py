"""Rows read field by field."""

from collections.abc import Callable

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.rows.row import Row

PLACE = "shop.jsonl:7"


def row(**fields: object) -> Row:
    return Row(fields, PLACE)


@pytest.mark.parametrize("value", [[1], "text", None, {1: "a"}])
def test_only_a_mapping_with_names_is_a_row(value: object) -> None:
    with pytest.raises(CorpusError, match=PLACE) as refused:
        Row.of(value, PLACE)
    assert refused.value.reason == "no mapping"
    assert Row.of({"a": 1}, PLACE) == row(a=1)


def test_an_unknown_field_is_refused_with_those_that_are_known() -> None:
    row(id="a", name="A").allow("id", "name", "price")
    with pytest.raises(CorpusError, match=rf"{PLACE}: .*'prize'.*id, price") as refused:
        row(id="a", prize=5).allow("id", "price")
    assert refused.value.reason == "unknown field 'prize'"


def test_texts_and_names_come_without_space_around_them() -> None:
    assert row(a=" two words ").text("a") == "two words"
    assert row(a=" A-1.b_c ").name("a") == "A-1.b_c"


def test_a_default_stands_for_what_is_missing_and_allows_what_is_blank() -> None:
    assert row().text("a", default="USD") == "USD"
    assert row(a="  ").text("a", default="USD") == ""
    with pytest.raises(CorpusError, match="a is None|a is missing"):
        row(a=None).text("a", default="USD")


@pytest.mark.parametrize(("value", "number"), [(0, 0.0), (7, 7.0), (2.5, 2.5), (None, None)])
def test_a_number_is_not_negative(value: object, number: float | None) -> None:
    assert row(a=value).number("a") == number
    assert row().number("a") is None


def test_lists_and_labels_are_none_where_the_field_is_missing_or_null() -> None:
    assert row().texts("a") == row(a=None).texts("a") == ()
    assert row().labels("a") == row(a=None).labels("a") == []
    assert row(a=[" x ", "y"]).texts("a") == ("x", "y")


def test_labels_keep_their_order_and_become_texts() -> None:
    labels = {" Size ": " M ", "cord": True, "mains": False, "weight": 1.5, "parts": 0}
    expected = [("Size", "M"), ("cord", "yes"), ("mains", "no"), ("weight", "1.5"), ("parts", "0")]
    assert row(specs=labels).labels("specs") == expected


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (Row.text, None, "a is missing"),
        (Row.text, " ", "a is ' '"),
        (Row.text, 5, "a is 5"),
        (Row.name, "has space", "a is 'has space'"),
        (Row.name, "-a", "a is '-a'"),
        (Row.number, "5", "a is '5'"),
        (Row.number, True, "a is True"),
        (Row.number, -1, "a is -1"),
        (Row.number, float("inf"), "a is inf"),
        (Row.number, float("nan"), "a is nan"),
        (Row.texts, "x", "a is 'x'"),
        (Row.texts, ["x", " "], r"a is \['x', ' '\]"),
        (Row.texts, ["x", 5], r"a is \['x', 5\]"),
        (Row.labels, ["x"], r"a is \['x'\]"),
        (Row.labels, {"size": None}, "'size' in a is None"),
        (Row.labels, {"size": " "}, "'size' in a is ' '"),
        (Row.labels, {"size": ["x"]}, r"'size' in a is \['x'\]"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_its_place(
    read: Callable[[Row, str], object], value: object, message: str
) -> None:
    with pytest.raises(CorpusError, match=f"^{PLACE}: {message}"):
        read(row(a=value), "a")


def test_a_message_names_the_beginning_of_a_long_value() -> None:
    row = Row({"id": "a " * 100_000}, "products.jsonl:1")
    with pytest.raises(CorpusError, match="'a a ") as raised:
        row.name("id")
    assert len(str(raised.value)) < 1_000


def test_values_nested_too_deep_are_refused() -> None:
    value: object = 1
    for _ in range(500):
        value = [value]
    with pytest.raises(CorpusError, match="products.jsonl:1"):
        Row.of({"a": value}, "products.jsonl:1")
