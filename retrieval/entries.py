"""Finds the FAQ entry or policy section that a question means, in whatever words it asks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.catalogue import Filter
from retrieval.document import FAQ, POLICY
from retrieval.embedder import Vectors
from retrieval.options import AnswerOptions
from retrieval.passage import Passage
from retrieval.retriever import HybridRetriever

MAX_LEARNT = 20_000  # wordings that the spread is learnt from
# Added to each direction's spread: few wordings say little about it. Measured with the weight in `AnswerOptions`.
LEAST_SPREAD = 0.002


@dataclass(frozen=True, slots=True)
class _Spread:
    """How wordings of the same entry differ, as the inverse of their covariance: float [dimension, dimension].

    Linear discriminant analysis: what differs much between the wordings of one entry counts little between entries.
    """

    inverse: npt.NDArray[np.float64]

    def likelihood(self, vector: Vectors, wordings: Vectors) -> float:
        """The log-likelihood of `vector` (float32 [dimension]) for the entry with `wordings` (float32 [n, dimension]),
        up to what is the same for all entries.
        """
        centre = wordings.mean(axis=0)
        return float((vector - centre / 2) @ self.inverse @ centre)


class EntryFinder:
    """Finds entries of the shop's rules; immutable and thread-safe."""

    def __init__(self, retriever: HybridRetriever, options: AnswerOptions) -> None:
        self._retriever = retriever
        self._options = options
        positions = [int(at) for kind in (FAQ, POLICY) for at in retriever.catalogue.select(Filter(kind)).positions]
        self._spread = _spread_of(retriever.wordings_at(positions[:MAX_LEARNT]))

    def find(self, text: str, vector: Vectors) -> Passage | None:
        """The entry that `text` most likely asks for, with how well it fits; None when there are no entries.

        `vector` (float32 [dimension]) is the embedding of `text`.
        """
        found = {
            passage.id: passage
            for kind in (FAQ, POLICY)
            for passage in self._retriever.search(text, limit=self._options.entry_candidates, kind=kind, vector=vector)
        }
        if not found:
            return None
        positions = self._retriever.catalogue.positions_of(list(found))
        wordings = self._retriever.wordings_at(list(positions.values()))
        rank = {
            passage.id: passage.score + self._support(vector, wordings[positions[passage.id]])
            for passage in found.values()
        }
        return found[max(rank, key=lambda passage_id: rank[passage_id])]

    def _support(self, vector: Vectors, wordings: Vectors) -> float:
        """What speaks for an entry besides its nearest wording: the second nearest, and all of them together."""
        second = float(np.sort(wordings @ vector)[-2:][0])
        likelihood = self._spread.likelihood(vector, wordings)
        return self._options.agreement_weight * second + self._options.likelihood_weight * likelihood


def _spread_of(wordings: dict[int, Vectors]) -> _Spread:
    apart = [each - each.mean(axis=0) for each in wordings.values()]
    if not apart:
        return _Spread(np.zeros((0, 0)))
    rows = np.concatenate(apart).astype(np.float64)
    covariance = rows.T @ rows / len(rows) + LEAST_SPREAD * np.eye(rows.shape[1])
    return _Spread(np.linalg.inv(covariance))
