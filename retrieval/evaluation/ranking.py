"""Measures how well passages are ranked: by words alone, by meaning alone, and by both."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.errors import RetrievalError
from retrieval.evaluation.ranking_measures import average_precision, ndcg, recall, reciprocal_rank
from retrieval.passage import Passage
from retrieval.search.retriever import HybridRetriever

DEPTHS = (1, 5, 10, 100)
NDCG_DEPTH = 10
WORDS, MEANING, HYBRID = "words alone", "meaning alone", "hybrid"


@dataclass(frozen=True, slots=True)
class Topic:
    """A question and the ids that are relevant to it, with grades above 0: of passages, or of whole documents."""

    question: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The passages found for a topic: ids, best first, none twice; `ms` is the time it took, embedding included."""

    topic: Topic
    ids: tuple[str, ...]
    ms: float

    @property
    def ndcg(self) -> float:
        """nDCG of the first ten."""
        return ndcg(self.ids, self.topic.grades, NDCG_DEPTH)


@dataclass(frozen=True, slots=True)
class RankingReport:
    """The means over all topics; `recall` is by depth, `map` and `mrr` see the first 100."""

    topics: int
    ndcg: float
    recall: Mapping[int, float]
    mrr: float
    map: float
    p50_ms: float
    p95_ms: float


def rank(retriever: HybridRetriever, topics: Sequence[Topic]) -> Iterator[Ranking]:
    """Search for each topic; raises RetrievalError for a relevant id that the index does not have."""
    for topic in topics:
        _check(retriever, topic)
        started = time.perf_counter()
        passages = retriever.search(topic.question, limit=DEPTHS[-1])
        ms = 1000 * (time.perf_counter() - started)
        yield Ranking(topic, judged_ids(passages, topic.grades), ms)


def _check(retriever: HybridRetriever, topic: Topic) -> None:
    known = retriever.catalogue.positions_of(list(topic.grades))
    for graded_id in topic.grades:
        if graded_id not in known and retriever.catalogue.document(graded_id) is None:
            raise RetrievalError(
                f"{graded_id!r}, relevant to {topic.question!r}, is not in the index; index it or correct it"
            )


def judged_ids(passages: Sequence[Passage], grades: Mapping[str, int]) -> tuple[str, ...]:
    """The ids of `passages` in their order, each once; a passage counts for its document where that is graded."""
    ids = (
        passage.document_id if passage.id not in grades and passage.document_id in grades else passage.id
        for passage in passages
    )
    return tuple(dict.fromkeys(ids))


def summarise(rankings: Sequence[Ranking]) -> RankingReport:
    """The means of at least one ranking."""

    def mean(values: Iterator[float]) -> float:
        return float(np.mean(list(values)))

    p50, p95 = np.percentile([ranking.ms for ranking in rankings], [50, 95])
    return RankingReport(
        topics=len(rankings),
        ndcg=mean(ranking.ndcg for ranking in rankings),
        recall={
            depth: mean(recall(ranking.ids, ranking.topic.grades, depth) for ranking in rankings) for depth in DEPTHS
        },
        mrr=mean(reciprocal_rank(ranking.ids, ranking.topic.grades) for ranking in rankings),
        map=mean(average_precision(ranking.ids, ranking.topic.grades) for ranking in rankings),
        p50_ms=float(p50),
        p95_ms=float(p95),
    )


def methods(retriever: HybridRetriever) -> dict[str, HybridRetriever]:
    """The same index searched by words alone, by meaning alone, and by both as it is set."""
    return {WORDS: retriever.weighted(0.0), MEANING: retriever.weighted(1.0), HYBRID: retriever}
