"""Finding the entry that a question means."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.corpus import read_corpus
from retrieval.answering.entries import EntryFinder, spread_of
from retrieval.document import FAQ, POLICY, PRODUCT, Document
from retrieval.index.index_folder import build_index
from retrieval.options import AnswerOptions
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

# Wordings of an entry differ along the first axis; entries differ along the second.
OPENING = np.array([[0.9, 0.4], [-0.9, 0.4], [0.1, 0.4]], np.float32)
RETURNS = np.array([[0.8, -0.4], [-0.8, -0.4], [0.3, -0.4]], np.float32)


def test_what_differs_between_the_wordings_of_one_entry_counts_little() -> None:
    asked, middles = np.array([0.95, 0.2], np.float32), np.stack([OPENING.mean(axis=0), RETURNS.mean(axis=0)])
    assert asked @ middles[1] / np.linalg.norm(middles[1]) < 0.1 < asked @ middles[0] / np.linalg.norm(middles[0]) < 0.4
    spread = spread_of([OPENING, RETURNS])
    opening, returns = spread.seen(middles) @ spread.seen(asked)
    assert opening > 0.9
    assert returns < -0.9


def test_without_a_spread_it_is_the_plain_cosine() -> None:
    asked, other = np.array([0.6, 0.8], np.float32), np.array([[1.0, 0.0], [0.0, 0.0]], np.float32)
    spread = spread_of([other[:1]])
    assert spread.seen(other) @ spread.seen(asked) == pytest.approx([0.6, 0.0])


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("at what time do you close your stores", "faq:opening-hours"),
        ("can I send it back", "faq:return-period"),
        ("what does standard delivery cost", "policy:shipping#standard-delivery"),
    ],
)
def test_finds_the_entry_that_is_meant(retriever: HybridRetriever, text: str, entry: str) -> None:
    found = EntryFinder(retriever, AnswerOptions()).find(text, retriever.embed(text))
    assert found is not None
    assert found.passage.id == entry
    assert found.nearness == found.passage.score


def test_sureness_is_even_where_the_settings_say_so(retriever: HybridRetriever) -> None:
    text = "at what time do you close"
    vector, options = retriever.embed(text), AnswerOptions()
    found = EntryFinder(retriever, options).find(text, vector)
    assert found is not None
    even = EntryFinder(retriever, replace(options, entry_even=found.agreement)).find(text, vector)
    less = EntryFinder(retriever, replace(options, entry_even=found.agreement + 0.1)).find(text, vector)
    assert even is not None
    assert less is not None
    assert even.sureness == 0.5
    assert less.sureness == pytest.approx(1 / (1 + np.exp(options.entry_slope * 0.1)))


def test_a_shop_without_entries_has_none(knowledge: Path, tmp_path: Path, embedder: WordHashEmbedder) -> None:
    goods = (each for each in read_corpus(knowledge) if each.kind not in (FAQ, POLICY))
    build_index(goods, embedder, tmp_path / "goods")
    with HybridRetriever.open(tmp_path / "goods", embedder) as retriever:
        assert EntryFinder(retriever, AnswerOptions()).find("when do you open", retriever.embed("when")) is None


def test_an_entry_of_one_product_is_found_for_that_product_alone(tmp_path: Path) -> None:
    documents = [
        Document("product:a", PRODUCT, "Acorn House", "A guest house."),
        Document("product:b", PRODUCT, "Beech House", "A guest house."),
        Document("faq:a-pets", FAQ, "Can I bring my pet?", "No pets at Acorn House.", about="product:a"),
        Document("faq:b-pets", FAQ, "Can I bring my pet?", "Pets are welcome at Beech House.", about="product:b"),
        Document("faq:pay", FAQ, "How can I pay?", "By card."),
    ]
    build_index(documents, WordHashEmbedder(), tmp_path)
    with HybridRetriever.open(tmp_path, WordHashEmbedder()) as retriever:
        finder, text = EntryFinder(retriever, AnswerOptions()), "can I bring a pet"
        found = [finder.find(text, retriever.embed(text), about) for about in (["product:a"], ["product:b"], [])]
        assert retriever.catalogue.reviews("product:a") == []
    assert [entry and entry.passage.id for entry in found] == ["faq:a-pets", "faq:b-pets", "faq:pay"]
