"""Alternatives, and what is not wanted."""

import pytest

from retrieval.questions.wishes import Wishes, wishes_of

NO_WISHES = {"phones", "mowers", "inn", "show", "in", "by", "for"}


def read(text: str) -> Wishes:
    return wishes_of(text.split(), lambda word: word not in NO_WISHES)


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("phones not from clear window", (("clear", "window"),)),
        ("mowers without a cable", (("cable",),)),
        ("an inn but not one in tarnby and no stairs please", (("tarnby",), ("stairs",))),
        ("phones for no more than 200 dollars", ()),
    ],
)
def test_what_is_not_wanted_is_excluded(text: str, excluded: tuple[tuple[str, ...], ...]) -> None:
    assert read(text).excluded == excluded


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("phones in red or blue", ((("red",), ("blue",)),)),
        ("phones in red or blue or green", ((("red",), ("blue",), ("green",)),)),
        ("show phones by stone bridge or oak", ((("stone", "bridge"), ("oak",)),)),
        ("phones or mowers", ()),
    ],
)
def test_one_of_the_alternatives_is_wished_for(
    text: str, alternatives: tuple[tuple[tuple[str, ...], ...], ...]
) -> None:
    assert read(text).alternatives == alternatives


def test_used_words_are_those_of_all_wishes() -> None:
    assert read("phones in red or blue not green").used == {"red", "blue", "green"}
