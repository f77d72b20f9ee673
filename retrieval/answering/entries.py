"""Finds the FAQ entry or policy section that a question means, in whatever words it asks, and how sure that is."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.document import FAQ, POLICY
from retrieval.embedder import Vectors
from retrieval.filtering import Filter
from retrieval.language.remembering import Remembered
from retrieval.options import AnswerOptions
from retrieval.passage import Passage
from retrieval.search.retriever import HybridRetriever

MAX_LEARNT = 20_000  # wordings that the spread is learnt from
_OWNED = "SELECT 1 FROM documents WHERE kind = ? AND about <> '' LIMIT 1"
MIDDLES_REMEMBERED = 4096
LEAST_SPREAD = 0.002  # added to each direction's spread: few wordings say little about it


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """The most likely entry. `agreement` is the cosine of the question with the middle of its wordings, as `Spread`
    sees them; `sureness` is the probability that it answers, 0 to 1.
    """

    passage: Passage
    agreement: float
    sureness: float

    @property
    def nearness(self) -> float:
        """Its score in the search, which compares with that of products and facts."""
        return self.passage.score


@dataclass(frozen=True, slots=True)
class Spread:
    """Sees vectors so that what differs much between the wordings of one entry counts little between entries.

    `whitening` is float32 [dimension, dimension]: linear discriminant analysis, by its cosine, which compares between
    shops with few and with many wordings.
    """

    whitening: Vectors

    def seen(self, vectors: Vectors) -> Vectors:
        """What it makes of vectors, float32 [dimension] or [n, dimension], each of length one."""
        seen: Vectors = vectors @ self.whitening
        seen /= np.maximum(np.linalg.norm(seen, axis=-1, keepdims=True), 1e-12)
        return seen


class EntryFinder:
    """Finds entries of the shop's rules; immutable and thread-safe."""

    def __init__(self, retriever: HybridRetriever, options: AnswerOptions) -> None:
        self._retriever = retriever
        self._options = options
        positions = [int(at) for kind in (FAQ, POLICY) for at in retriever.catalogue.select(Filter(kind)).positions]
        self._has_owned = bool(retriever.catalogue.rows(_OWNED, (FAQ,)))
        self._spread = spread_of(retriever.wordings_at(positions[:MAX_LEARNT]).values())
        self._middles = Remembered[str, Vectors](MIDDLES_REMEMBERED)

    def find(self, text: str, vector: Vectors, products: Collection[str] = ()) -> FoundEntry | None:
        """The entry that `text` most likely asks for, with how sure that is; None when there are no entries.

        `vector` (float32 [dimension]) is the embedding of `text`. Entries that hold for one product only are found for
        the ids of `products` alone.
        """
        entries = [(FAQ, owner) for owner in ("", *products)] if self._has_owned else [(FAQ, None)]
        found = {
            passage.id: passage
            for kind, about in (*entries, (POLICY, None))
            for passage in self._retriever.search(
                text, limit=self._options.entry_candidates, kind=kind, about=about, vector=vector
            )
        }
        if not found:
            return None
        middles = self._middles.of(found, self._read_middles)
        cosines = np.stack([middles[passage_id] for passage_id in found]) @ self._spread.seen(vector)
        agreement = dict(zip(found, cosines.tolist(), strict=True))
        weight = self._options.agreement_weight
        best = max(found, key=lambda passage_id: found[passage_id].score + weight * agreement[passage_id])
        return FoundEntry(found[best], agreement[best], self._sureness(agreement[best]))

    def _read_middles(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """The middles of the wordings of entries, as the spread sees them, by passage id."""
        positions = self._retriever.catalogue.positions_of(passage_ids)
        wordings = self._retriever.wordings_at(list(positions.values()))
        middles = np.stack([wordings[position].mean(axis=0) for position in positions.values()])
        return dict(zip(positions, self._spread.seen(middles), strict=True))

    def _sureness(self, agreement: float) -> float:
        return 1 / (1 + math.exp(-self._options.entry_slope * (agreement - self._options.entry_even)))


def spread_of(wordings: Collection[Vectors]) -> Spread:
    """How the wordings of entries (float32 [wordings, dimension] each) spread around the middles of their entries."""
    if not wordings:
        return Spread(np.zeros((0, 0), np.float32))
    rows = np.concatenate([each - each.mean(axis=0) for each in wordings]).astype(np.float64)
    covariance = rows.T @ rows / len(rows) + LEAST_SPREAD * np.eye(rows.shape[1])
    return Spread(np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32))
