"""Measuring rankings of the tiny shop's passages."""

import pytest

from retrieval.errors import RetrievalError
from retrieval.evaluation.ranking import HYBRID, MEANING, WORDS, Ranking, Topic, judged_ids, methods, rank, summarise
from retrieval.passage import Passage
from retrieval.search.retriever import HybridRetriever

WEIGHT = "product:falcon-book-14#weight"


def test_ranks_what_is_relevant(retriever: HybridRetriever) -> None:
    topics = [Topic("weight of the falcon book 14", {WEIGHT: 1}), Topic("when do you close", {"faq:opening-hours": 1})]
    report = summarise(list(rank(retriever, topics)))
    assert (report.topics, report.ndcg, report.mrr, report.map, report.recall[1]) == (2, 1, 1, 1, 1)
    assert 0 < report.p50_ms <= report.p95_ms


def test_an_id_that_is_not_indexed_is_named(retriever: HybridRetriever) -> None:
    with pytest.raises(RetrievalError, match="'product:nothing'.*'what'"):
        list(rank(retriever, [Topic("what", {"product:nothing": 1})]))


def test_the_means_are_over_the_topics() -> None:
    topic = Topic("q", {"a": 1})
    report = summarise([Ranking(topic, ("a",), 1.0), Ranking(topic, ("b", "a"), 3.0)])
    assert (report.mrr, report.map, report.recall[1], report.recall[5], report.p50_ms) == (0.75, 0.75, 0.5, 1, 2)


def test_a_passage_counts_once_for_a_document_that_is_graded() -> None:
    passages = [
        Passage(f"{document}{fact}", document, "product", "", "", 0.5)
        for document, fact in (("product:a", "#x"), ("product:b", "#y"), ("product:a", "#z"), ("product:b", ""))
    ]
    assert judged_ids(passages, {"product:a": 1}) == ("product:a", "product:b#y", "product:b")
    assert judged_ids(passages, {"product:a#z": 1, "product:b": 2}) == ("product:a#x", "product:b", "product:a#z")


def test_each_way_searches_by_what_its_name_says(retriever: HybridRetriever) -> None:
    ways = methods(retriever)
    assert list(ways) == [WORDS, MEANING, HYBRID]
    assert ways[WORDS].search("zeppelin") == []
    assert ways[MEANING].search("zeppelin") != []
    hybrid = ways[HYBRID].search("battery of the pulse buds")
    assert hybrid == retriever.search("battery of the pulse buds")
    assert hybrid != ways[WORDS].search("battery of the pulse buds")
