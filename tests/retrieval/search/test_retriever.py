"""Hybrid search: words, meaning, filters, threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import RetrievalError
from retrieval.filtering import Filter
from retrieval.options import SearchOptions
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder


def test_finds_the_fact_that_was_asked_for(retriever: HybridRetriever) -> None:
    best = retriever.search("weight of the falcon book 14")[0]
    assert (best.id, best.document_id) == ("product:falcon-book-14#weight", "product:falcon-book-14")
    assert best.text == "Falcon Book 14: weight 1.25 kilograms"


def test_finds_an_entry_by_its_other_wording(retriever: HybridRetriever) -> None:
    assert retriever.search("can I send something back", limit=1)[0].id == "faq:return-period"


def test_scores_fall_and_lie_between_nothing_and_one(retriever: HybridRetriever) -> None:
    scores = [passage.score for passage in retriever.search("battery life of the pulse buds", limit=33)]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] < scores[0] <= 1


def test_filters_narrow_the_search(retriever: HybridRetriever) -> None:
    assert {p.kind for p in retriever.search("delivery weight", limit=9, kind="policy")} == {"policy"}
    buds = Filter(document_id="product:pulse-buds-2")
    found = retriever.search("battery", limit=50, only=buds)
    assert len(found) == 6
    assert {p.document_id for p in found} == {"product:pulse-buds-2"}
    about = retriever.search("battery", limit=50, about="product:pulse-buds-2")
    assert [p.id for p in about][0] == "review:r1"
    assert {p.id for p in about} == {"review:r1", "review:r2", "review:r3"}
    assert retriever.search("battery", kind="policy", only=buds) == []


def test_limit_is_kept(retriever: HybridRetriever) -> None:
    assert len(retriever.search("pulse buds", limit=2)) == 2
    assert retriever.search("pulse buds", limit=0) == []


def test_the_question_is_embedded_once(retriever: HybridRetriever, embedder: WordHashEmbedder) -> None:
    vector = retriever.embed("pulse buds")
    before = embedder.embedded
    retriever.search("pulse buds", vector=vector)
    assert retriever.weighted(0.0).search("pulse buds")  # by words alone
    assert embedder.embedded == before


def test_likeness_covers_every_passage_of_the_document(retriever: HybridRetriever) -> None:
    likeness = retriever.likeness(retriever.embed("falcon book 16 weight"), document_id="product:falcon-book-16")
    assert set(likeness) == {"product:falcon-book-16" + part for part in ("", "#price", "#stock", "#weight")}
    assert max(likeness, key=lambda passage_id: likeness[passage_id]) == "product:falcon-book-16#weight"


HOSTILE = [
    '"',
    "'; DROP TABLE passages; --",
    "a AND (b OR",
    "NEAR(",
    "title:",
    "*",
    "^x",
    "{a b}",
    "",
    "\x00",
    "\ud800",
    "-",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_query_syntax_is_only_text(retriever: HybridRetriever, text: str) -> None:
    retriever.search(text)


@given(text=st.text(st.characters(), max_size=60))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(retriever: HybridRetriever, text: str) -> None:
    assert all(0 <= passage.score <= 1.0001 for passage in retriever.search(text, limit=3))


def test_many_threads_find_the_same(retriever: HybridRetriever) -> None:
    questions = ["weight of the falcon book 14", "can I send something back", "battery of the pulse buds"] * 20
    alone = [retriever.search(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(retriever.search, questions)) == alone


def test_a_closed_retriever_refuses(index_dir: Path, embedder: WordHashEmbedder) -> None:
    with HybridRetriever.open(index_dir, embedder) as retriever:
        pass
    with pytest.raises(RetrievalError, match="closed"):
        retriever.search("anything")


def test_the_second_vector_counts_as_much_as_it_is_set_to(index_dir: Path, embedder: WordHashEmbedder) -> None:
    question = "can I send something back"
    scores = []
    for weight in (0.0, 0.25, 0.5):
        options = SearchOptions(dense_weight=1.0, second_weight=weight)
        with HybridRetriever.open(index_dir, embedder, options) as opened:
            found = {each.id: each.score for each in opened.search(question, kind="faq")}
            scores.append(found["faq:return-period"])
    assert scores[0] == pytest.approx(1, abs=1e-5)
    assert scores[1] == pytest.approx((scores[0] + scores[2]) / 2)
    assert scores[2] < 0.7


def test_what_only_words_find_has_its_meaning_score_too(index_dir: Path, embedder: WordHashEmbedder) -> None:
    question = "weight of the falcon book 14"
    scores = []
    for candidates in (1, 50):
        options = SearchOptions(candidates=candidates, dense_weight=0.5)
        with HybridRetriever.open(index_dir, embedder, options) as opened:
            scores.append(opened.search(question, limit=1)[0])
    assert scores[0] == scores[1]


def test_words_of_passages_and_of_the_embedder_are_spelled_right(retriever: HybridRetriever) -> None:
    words = ("battery", "bake", "battry")
    assert [retriever.is_spelled_right(word) for word in words] == [True, True, False]
    assert [retriever.is_known(word) for word in words] == [True, False, False]


def test_finds_the_products_that_say_all_of_some_words(retriever: HybridRetriever) -> None:
    assert retriever.products_with(["hours", "cancelling"], 100) == ["product:pulse-buds-2", "product:pulse-buds-pro"]
    assert retriever.products_with(["hours", "case"], 100) == ["product:pulse-buds-2"]
    assert retriever.products_with(["purple"], 100) == retriever.products_with([], 100) == []


def test_words_of_too_many_passages_find_no_products(retriever: HybridRetriever) -> None:
    assert retriever.products_with(["hours"], 1) == []
