"""What is about the things that were listed."""

import pytest

from dialogue.discourse.listing import described_in, is_about_list, may_be_about_list
from retrieval.question import Description


@pytest.mark.parametrize(
    "text",
    [
        "which of them is the cheapest",
        "does any of those have wifi",
        "which one is lighter",
        "compare the first two",
        "are both waterproof",
        "what is the difference between them",
    ],
)
def test_several_are_meant_whatever_is_spoken_of(text: str) -> None:
    assert is_about_list(text, is_spoken_of=True)


@pytest.mark.parametrize("text", ["do they have parking", "are these waterproof", "and they are all red?"])
def test_they_are_several_where_nothing_else_is_spoken_of(text: str) -> None:
    assert is_about_list(text, is_spoken_of=False)
    assert not is_about_list(text, is_spoken_of=True)


@pytest.mark.parametrize("text", ["which has a lid", "which floats then", "what is the fastest", "the cheaper one"])
def test_one_of_several_may_be_asked_for(text: str) -> None:
    assert may_be_about_list(text)


@pytest.mark.parametrize("text", ["how heavy is it", "show me kettles", "what is the number", "a red one"])
def test_other_turns_are_not_about_a_list(text: str) -> None:
    assert not may_be_about_list(text)
    assert not is_about_list(text, is_spoken_of=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the blue one", Description("blue", "it")),
        ("how heavy is the small red one?", Description("small red", "how heavy is it?")),
        ("the one with the basket, is it in stock", Description("basket", "it, is it in stock")),
        ("a Spanish one", Description("Spanish", "it", is_certain=False)),
        ("one with a lid please", Description("a lid", "it", is_certain=False)),
        ("the other one", None),
        ("the second one", None),
        ("I need a blue one for my garden and two chairs", None),
    ],
)
def test_one_is_described(text: str, found: Description | None) -> None:
    assert described_in(text) == found
