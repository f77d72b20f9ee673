"""Yes or no, where a fact decides."""

import pytest

from retrieval.document import Document, Fact
from retrieval.language.concepts import Concept
from retrieval.properties.verdicts import asks_yes_or_no, truth_of, verdict

COLOUR = Concept("colour", ("colour",), values=frozenset({"green", "blue"}))
PARKING = Concept("parking", ("parking",), has=True)


def said(text: str, fact: Fact, concept: Concept | None = None) -> bool | None:
    return verdict(text, text, Document("product:a", "product", "A", "", facts=(fact,)), fact, concept)


@pytest.mark.parametrize(
    ("text", "fact", "concept", "is_so"),
    [
        ("is there parking", Fact("parking", "parking", "yes"), PARKING, True),
        ("and can i park there", Fact("parking", "parking", "no"), PARKING, False),
        ("is there parking", Fact("parking", "parking", "behind the house"), PARKING, True),
        ("is parking free", Fact("parking", "parking", "5 euros a day"), PARKING, None),
        ("does it have a fee", Fact("fee", "fee", "none, ever"), None, False),
        ("is it green", Fact("colour", "colour", "green"), COLOUR, True),
        ("is it blue", Fact("colour", "colour", "green"), COLOUR, False),
        ("is it blue", Fact("farbe", "Farbe", "dunkelblau"), COLOUR, None),
        ("is it blue or green", Fact("colour", "colour", "green"), COLOUR, None),
        ("isn't it without parking", Fact("parking", "parking", "yes"), PARKING, None),
        ("is it cheaper than 15 dollars", Fact("price", "price", "$12", 12.0), None, True),
        ("is it under 10 dollars", Fact("price", "price", "$12", 12.0), None, False),
        ("does it weigh less than 2 kilograms", Fact("weight", "weight", "900 grams"), None, True),
        ("is it in stock", Fact("stock", "stock", "out of stock", 0.0), None, False),
        ("is it sold out", Fact("stock", "stock", "out of stock", 0.0), None, True),
        ("which colour is it", Fact("colour", "colour", "green"), COLOUR, None),
    ],
)
def test_yes_or_no_is_said_only_where_the_fact_decides(
    text: str, fact: Fact, concept: Concept | None, is_so: bool | None
) -> None:
    assert said(text, fact, concept) is is_so


def test_a_question_with_a_choice_asks_for_no_yes() -> None:
    assert asks_yes_or_no("so is it red")
    assert not asks_yes_or_no("is it red or blue")
    assert not asks_yes_or_no("what is it")


def test_a_mere_yes_or_no_is_told_from_what_says_more() -> None:
    assert [truth_of(Fact("a", "a", text)) for text in ("Yes", "nein", "no parking")] == [True, False, None]
