"""What the values of a column look like."""

import pytest

from retrieval.ingestion.guessing.column_values import Profile, profiles_of


def of(*values: object) -> Profile:
    return Profile(values, len(values))


@pytest.mark.parametrize(
    ("test", "yes", "no"),
    [
        ("are_addresses", ["https://a.example/x.jpg, b.png", "//c.example/d"], ["a", "https://a.example"]),
        ("are_numbers", ["1", "1.299,50", 3, "-2"], ["1", "2 kg", "a"]),
        ("are_prices", ["12,50 EUR", "from $5"], ["soon", "a"]),
        ("have_currency", ["12,50 EUR", "$5"], ["12.50", "5"]),
        ("are_currencies", ["EUR", "usd"], ["red", "EUR"]),
        ("are_moments", ["2026-01-02T10:00:00Z", "2026-01-02 10:00"], ["2026-01-02", "soon"]),
        ("are_paths", ["A > B", "A|B", "C"], ["A", "B & C"]),
        ("are_yes_or_no", [True, False], ["ja", "vielleicht"]),
        ("say_availability", ["in stock", "OutOfStock", "https://schema.org/InStock"], ["red", "in stock"]),
        ("are_codes", ["ab12", "cd34", "ef56"], ["ab12", "ab12", "cd34"]),
        ("are_codes", ["40061234", "40061235", "40061236"], ["18:00", "19:30", "17:00"]),
        ("are_codes", ["A-1001", "A-1002", "A-1003"], ["555-0101", "555-0102", "555-0103"]),
        ("are_codes", ["a_2019", "b_2019", "c_2020"], ["2019", "2020", "2021"]),
        ("are_listed_addresses", [["https://a.example/b"]], [["a"]]),
        ("is_unique", ["a", "b"], ["a", "a"]),
        ("are_long", ["word " * 40], ["word"]),
    ],
)
def test_what_values_look_like(test: str, yes: list[object], no: list[object]) -> None:
    assert getattr(of(*yes), test)
    assert not getattr(of(*no), test)


def test_numbers_lie_within_bounds() -> None:
    assert of("4,5", 3).within(0, 5)
    assert not of("4,5", 9).within(0, 5)


def test_profiles_leave_out_what_says_nothing() -> None:
    profiles = profiles_of([{"a": "x", "b": "N/A"}, {"a": "y", "b": None, "c": []}], frozenset({"", "n/a"}))
    assert [(name, list(held.values), held.rows) for name, held in profiles.items()] == [
        ("a", ["x", "y"], 2), ("b", [], 2), ("c", [], 2),
    ]  # fmt: skip
