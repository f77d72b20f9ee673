"""Documents and their facts."""

from dataclasses import FrozenInstanceError

import pytest

from retrieval.document import Document, Fact

PRICE, OTHER = Fact("price", "price", "$5", 5.0), Fact("price", "price", "$6", 6.0)
LAMP = Document("product:lamp", "product", "Lamp", "Shines.", facts=(Fact("weight", "weight", "1 gram"), PRICE, OTHER))


def test_a_fact_is_found_by_its_slug_the_first_of_two() -> None:
    assert LAMP.fact("price") is PRICE
    assert LAMP.fact("colour") is None


def test_documents_that_say_the_same_are_the_same_and_can_be_keys() -> None:
    same = Document("product:lamp", "product", "Lamp", "Shines.", facts=LAMP.facts)
    assert {LAMP: 1}[same] == 1
    assert Document("product:lamp", "product", "Lamp", "Shines.") != LAMP


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        LAMP.title = "Lantern"  # type: ignore[misc]
