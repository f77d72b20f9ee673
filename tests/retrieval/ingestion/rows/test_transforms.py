"""What a map can do to a value."""

import pytest

from retrieval.ingestion.rows.transforms import Transform


@pytest.mark.parametrize(
    ("name", "argument", "value", "result"),
    [
        ("json", None, '["a"]', ["a"]),
        ("ruby", None, '{"a"=>1}', {"a": 1}),
        ("python", None, "{'a': None}", {"a": None}),
        ("split", ">>", "A >> B >>", ["A", "B"]),
        ("join", ", ", ["a", 2], "a, 2"),
        ("first", None, [1, 2], 1),
        ("first", None, [], None),
        ("last", None, [1, 2], 2),
        ("get", "a.b", {"a": {"b": 3}}, 3),
        ("get", "a.c", {"a": {"b": 3}}, None),
        ("number", None, "Rs. 1,299", 1299),
        ("number", None, 4.5, 4.5),
        ("round", None, "4.5 stars", 5),
        ("unit", "kg", "1.20", "1.2 kilograms"),
        ("lower", None, "ABC", "abc"),
        ("words", None, "home-decoration", "Home decoration"),
        ("slug", None, "A & B", "a-b"),
        ("prefix", "x-", 5, "x-5"),
        ("replace", {"a": "b"}, "a", "b"),
        ("replace", {"a": "b"}, "c", "c"),
        ("json", None, None, None),
    ],
)
def test_each_step_does_what_it_says(name: str, argument: object, value: object, result: object) -> None:
    assert Transform(name, argument)(value) == result


def test_pairs_become_labels_and_same_labels_are_joined() -> None:
    rows = [{"k": "Size", "v": "M"}, {"v": "loose"}, {"k": "Size", "v": "L"}, {"k": "Fit", "v": ""}]
    assert Transform("pairs", ["k", "v"])(rows) == {"Size": "M, L"}


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("json", None, "[1,"),
        ("json", None, "[" * 100_000),
        ("python", None, "open('x')"),
        ("python", None, "(" * 1000),
        ("number", None, "4.5 out of 5"),
        ("number", None, "none"),
        ("first", None, "text"),
        ("split", ",", {"a": 1}),
        ("pairs", ["a", "b"], "text"),
    ],
)
def test_a_value_that_cannot_have_a_step_is_an_error(name: str, argument: object, value: object) -> None:
    with pytest.raises(ValueError, match="."):
        Transform(name, argument)(value)
