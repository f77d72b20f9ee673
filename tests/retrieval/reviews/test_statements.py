"""Sentences that are said of a product."""

import pytest

from retrieval.document import Document, Fact
from retrieval.embedder import Vectors
from retrieval.reviews.statements import MOST_REVIEWS, Statements
from retrieval.search.retriever import HybridRetriever

LAMP = Document(
    "product:lamp",
    "product",
    "Lamp",
    "It stands on oak. The shade folds.",
    facts=(
        Fact("remarks", "remarks", "Covered in deep black velvet"),
        Fact("bulb", "bulb", "small"),
        Fact("hue", "hue", "deep black with gold"),
    ),
)


@pytest.fixture
def statements(retriever: HybridRetriever) -> Statements:
    return Statements(retriever)


def test_the_record_is_read_by_sentences_and_by_the_facts_that_nothing_else_explains(
    statements: Statements, retriever: HybridRetriever
) -> None:
    vector: Vectors = retriever.embed("black velvet")
    found = statements.of_record(LAMP, ["remarks", "bulb"], {"black", "velvet"}, vector)
    assert [each.source_id for each in found][0] == "product:lamp#remarks"
    assert {each.source_id for each in found} == {"product:lamp", "product:lamp#remarks"}
    assert "product:lamp#bulb" in [each.source_id for each in statements.of_record(LAMP, ["bulb"], {"small"}, vector)]


def test_words_of_the_question_bring_a_sentence_nearer(statements: Statements, retriever: HybridRetriever) -> None:
    vector: Vectors = retriever.embed("the shade folds")
    nearness = [
        max(each.nearness for each in statements.of_record(LAMP, [], asked, vector)) for asked in ({"shade"}, {"sand"})
    ]
    assert nearness[0] > nearness[1]


def test_each_review_gives_its_nearest_sentence_or_its_title(
    statements: Statements, retriever: HybridRetriever
) -> None:
    reviews = [
        Document("review:1", "review", "Fine", "It is tall. The shade wobbles.", about="product:lamp", rating=2),
        Document("review:2", "review", "A wobbly shade", "It came late.", about="product:lamp", rating=3),
    ]
    found = statements.of_reviews(reviews, retriever.embed("the shade wobbles"))
    assert [(each.text, each.source_id) for each in found] == [
        ("The shade wobbles.", "review:1"),
        ("A wobbly shade", "review:2"),
    ]
    assert found[0].nearness > found[1].nearness


def test_of_many_reviews_only_the_nearest_are_read(statements: Statements, retriever: HybridRetriever) -> None:
    own = retriever.catalogue.reviews("product:pulse-buds-2")
    others = [Document(f"review:x{at}", "review", "", "Sound.", about=own[0].about) for at in range(MOST_REVIEWS)]
    found = statements.of_reviews([*own, *others], retriever.embed("sound"))
    assert {each.source_id for each in found} == {each.id for each in own}


def test_no_statements_are_near_where_nothing_is_said(statements: Statements, retriever: HybridRetriever) -> None:
    assert statements.of_reviews([], retriever.embed("sound")) == []
    assert statements.nearness("sound", retriever.embed("sound")) == pytest.approx(1.0, abs=1e-5)
