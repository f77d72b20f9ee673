"""Values are written so that they compare."""

import pytest

from retrieval.values.value_keys import forms_in, value_key, values_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Guest Houses", "guesthouse"),
        ("centre", "Center"),
        ("Concert hall", "concerthall"),
        ("Wi-Fi", "wifi"),
        ("four stars", "4 star"),
        ("Museums", "museum"),
        ("Bed and Breakfast", "bed & breakfast"),
        ("colour", "color"),
        ("Place of Worship", "places of worship"),
        ("batteries", "battery"),
        ("grey", "gray"),
    ],
)
def test_two_ways_to_write_a_value_have_one_key(one: str, other: str) -> None:
    assert value_key(one) == value_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("park", "parking"), ("moderate", "moderated"), ("glass", "gla"), ("4", "5")]
)
def test_other_words_have_another_key(one: str, other: str) -> None:
    assert value_key(one) != value_key(other)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("red", ["red"]),
        ("red, blue; black", ["red, blue; black", "red", "blue", "black"]),
        ("dogs and cats", ["dogs and cats", "dogs", "cats"]),
        ("American (New)", ["American (New)", "American"]),
        ("a long sentence that tells much of a thing", []),
        ("reptiles, birds, small mammals, cats, dogs, horses, cows", ["reptiles", "birds", "small mammals", "cats"]),
        ("", []),
        ("?", []),
    ],
)
def test_a_short_cell_is_a_value_and_a_list_states_its_parts(cell: str, values: list[str]) -> None:
    assert list(values_in(cell))[: len(values) or None] == values


def test_the_words_of_a_value_are_known_by_their_forms() -> None:
    assert forms_in("Free parking and the Pools") == ("free", "parking", "pool")
