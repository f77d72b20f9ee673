"""What points into a list that was said before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.pointing import Pointed, pointed_at

LISTED = ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "thing", "asked"),
    [
        ("how heavy is the second one", "b", "how heavy is it"),
        ("The first one, is it in stock?", "a", "it, is it in stock?"),
        ("tell me about the last one", "c", "tell me about it"),
        ("what does the third cost", "c", "what does it cost"),
        ("the second", "b", "it"),
        ("and the latter?", "c", "and it?"),
        ("does the 2nd of them float", "b", "does it float"),
    ],
)
def test_an_ordinal_points_at_its_place(text: str, thing: str, asked: str) -> None:
    assert pointed_at(text, LISTED) == Pointed(thing, asked)


@pytest.mark.parametrize(
    "text",
    [
        "do you have the second hand watch",
        "what came in the last week",
        "a first aid kit",
        "the fifth one",
        "is it heavy",
    ],
)
def test_other_words_and_places_that_are_not_there_point_at_nothing(text: str) -> None:
    assert pointed_at(text, LISTED) is None


def test_the_other_is_the_one_that_is_not_spoken_of() -> None:
    assert pointed_at("and the other one?", ("a", "b"), "a") == Pointed("b", "and it?")
    assert pointed_at("and the other one?", LISTED, "a") is None
    assert pointed_at("and the other one?", ("a", "b")) is None


def test_one_thing_is_no_list() -> None:
    assert pointed_at("the first one", ("a",)) is None


@given(st.text(), st.lists(st.text(min_size=1), unique=True), st.none() | st.text())
def test_only_what_was_listed_is_pointed_at(text: str, listed: list[str], in_focus: str | None) -> None:
    found = pointed_at(text + " the second one", listed, in_focus)
    assert found is None or found.thing in listed
