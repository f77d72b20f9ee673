"""Documents cut into passages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, REVIEW, Document, Fact
from retrieval.index.chunking import Chunk, cut

BUDS = Document(
    "product:buds",
    PRODUCT,
    "Pulse Buds",
    "Small earbuds.",
    aliases=("buds", "pulse"),
    facts=(Fact("weight", "weight", "5 grams"), Fact("price", "price", "$80", 80)),
    brand="Lark",
    category="Audio > Earbuds",
)


def test_a_product_is_its_description_and_a_passage_for_each_fact() -> None:
    summary, weight, price = cut(BUDS)
    assert summary == Chunk(
        "product:buds",
        "product:buds",
        PRODUCT,
        "Pulse Buds",
        "Small earbuds.",
        "buds pulse Lark Earbuds Audio",
        ("Pulse Buds, Lark Earbuds Audio. Small earbuds.",),
    )
    assert weight == Chunk(
        "product:buds#weight",
        "product:buds",
        PRODUCT,
        "Pulse Buds",
        "Pulse Buds: weight 5 grams",
        "buds pulse",
        ("Pulse Buds: weight 5 grams", "Pulse Buds: weight"),
    )
    assert price.id == "product:buds#price"


def test_an_entry_has_a_vector_for_each_wording_and_for_its_answer() -> None:
    (entry,) = cut(Document("faq:back", FAQ, "Can I return it?", "For 30 days.", aliases=("send back", "refund")))
    assert (entry.text, entry.aliases) == ("For 30 days.", "send back refund")
    assert entry.meanings == ("Can I return it?", "send back", "refund", "For 30 days.")


def test_a_policy_is_a_passage_for_its_opening_and_for_each_section() -> None:
    policy = Document(
        "policy:ship", POLICY, "Shipping", "We ship.", facts=(Fact("fast", "Fast", "Two days. It is $4."),)
    )
    opening, fast = cut(policy)
    assert (opening.id, opening.text, opening.meanings) == (
        "policy:ship",
        "We ship.",
        ("Shipping. We ship.", "We ship."),
    )
    assert (fast.id, fast.text, fast.aliases) == ("policy:ship#fast", "Two days. It is $4.", "Fast")
    assert fast.meanings == ("Shipping: Fast. Two days. It is $4.", "Two days.", "It is $4.")
    assert [chunk.id for chunk in cut(replace(policy, text=""))] == ["policy:ship#fast"]


def test_a_concept_has_vectors_but_no_words() -> None:
    (concept,) = cut(Document("concept:weight", CONCEPT, "weight", "", aliases=("how heavy", "what weight")))
    assert (concept.title, concept.text, concept.aliases) == ("", "", "")
    assert concept.meanings == ("how heavy", "what weight")


@pytest.mark.parametrize(("title", "meaning"), [("Lovely", "Lovely. They sound great."), ("", "They sound great.")])
def test_a_review_is_one_passage_with_its_title_where_it_has_one(title: str, meaning: str) -> None:
    (review,) = cut(Document("review:1", REVIEW, title, "They sound great.", about="product:buds", rating=5))
    assert (review.id, review.text, review.meanings) == ("review:1", "They sound great.", (meaning,))


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
documents = st.builds(
    Document,
    id=words,
    kind=st.sampled_from([PRODUCT, FAQ, POLICY, REVIEW, CONCEPT]),
    title=words,
    text=words,
    aliases=st.lists(words, min_size=1, max_size=3).map(tuple),
    facts=st.lists(st.builds(Fact, words, words, words), max_size=3, unique_by=lambda fact: fact.slug).map(tuple),
)


@given(documents)
def test_every_document_has_passages_with_ids_of_their_own_and_vectors(document: Document) -> None:
    chunks = list(cut(document))
    assert chunks
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert all(chunk.id.partition("#")[0] == chunk.document_id == document.id for chunk in chunks)
    assert all(chunk.kind == document.kind and chunk.meanings for chunk in chunks)
