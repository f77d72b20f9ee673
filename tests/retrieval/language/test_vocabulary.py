"""The words that only the shop's rules use."""

import pytest

from retrieval.document import Document, Fact
from retrieval.language.vocabulary import ShopWords, stems_of

ENTRY = Document("faq:parcel", "faq", "Where is my parcel?", "Follow the link.", aliases=("Do you ship phones?",))
POLICY = Document("policy:pay", "policy", "Payment", "", facts=(Fact("parts", "Instalments", "Three months."),))
CONCEPT = Document("concept:ship", "concept", "Ship", "", aliases=("can I take it on a ship",))
WORDS = ShopWords([ENTRY, POLICY], [CONCEPT], {"phones", "payment"}.__contains__)


@pytest.mark.parametrize("stem", ["parcel", "instalment"])
def test_words_of_headings_and_questions_are_the_shops(stem: str) -> None:
    assert WORDS.are_in({"green", stem})


@pytest.mark.parametrize("stem", ["phone", "payment", "ship", "link", "moon"])
def test_words_of_products_concepts_answers_and_others_are_not(stem: str) -> None:
    assert not WORDS.are_in({stem})


def test_stems_leave_out_words_without_meaning() -> None:
    assert stems_of("Where are the parcels?") == {"parcel"}
