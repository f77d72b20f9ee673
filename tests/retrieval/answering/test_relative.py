"""Wishes that look back at what was shown."""

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.answering.relative import better_than, with_values
from retrieval.document import PRODUCT, Document, Fact
from retrieval.language.concepts import Asked, Concept
from retrieval.question import Comparison, Question


def kettle(price: float, weight: str) -> Document:
    facts = (
        Fact("price", "price", f"${price}", price),
        Fact("weight", "weight", weight),
        Fact("area", "area", "north"),
    )
    return Document("product:k", PRODUCT, "Kettle", "", facts=facts, brand="Fenwick")


SHOWN = [kettle(20, "1.5 kilograms"), kettle(30, "900 grams")]


@pytest.mark.parametrize(
    ("concept", "direction", "wish"),
    [("price", -1, "under 19.99 dollars"), ("price", 1, "over 30.01 dollars"), ("weight", -1, "under 899.1 grams")],
)
def test_it_is_measured_by_the_best_that_was_shown(concept: str, direction: int, wish: str) -> None:
    assert better_than(SHOWN, Asked(Concept(concept, (concept,)), 1.0), direction) == wish


def test_what_nothing_is_known_of_is_no_wish() -> None:
    assert better_than(SHOWN, Asked(Concept("power", ("power",)), 1.0), 1) is None


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("not from that brand", "not from Fenwick"),
        ("something else in that area", "something else in north"),
        ("does that price include tax", "does that price include tax"),
        ("not in that colour", "not in that colour"),
    ],
)
def test_that_brand_is_spelled_out(text: str, spelled: str) -> None:
    assert with_values(text, SHOWN[0]) == spelled


def test_something_cheaper_is_searched_for_among_its_kind(answerer: Answerer) -> None:
    compared = Comparison("something cheaper", is_opposite=False)
    question = Question("something cheaper", "product:falcon-book-16", compared=compared)
    answer = answerer.answer(question)
    assert answer is not None
    assert answer.source_ids == ("product:falcon-book-14",)
