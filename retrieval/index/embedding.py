"""Gives every text its vector, and embeds only those that an earlier generation has not embedded."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.embedder import Embedder, Vectors
from retrieval.errors import RetrievalError
from retrieval.index.arrays import new_array, open_array
from retrieval.index.text_store import TextStore
from retrieval.index.vectors import BLOCK, MATRIX, OWNERS, VectorIndex
from retrieval.progress import Progress

DIGESTS = "digests.npy"
BATCH = 64  # texts


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """The vectors of a generation and the digests of their texts, int64 [n]."""

    vectors: VectorIndex
    digests: npt.NDArray[np.int64]

    @classmethod
    def load(cls, folder: Path) -> "KnownVectors":
        """Open those of the generation in `folder`."""
        return cls(VectorIndex(open_array(folder / MATRIX), np.load(folder / OWNERS)), np.load(folder / DIGESTS))

    def rows_of(self, digests: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """For each digest the row of a vector of its text, int64 [n]; -1 where there is none."""
        if not len(self.digests):
            return np.full(len(digests), -1)
        order = np.argsort(self.digests, kind="stable")
        places = np.minimum(np.searchsorted(self.digests, digests, sorter=order), len(order) - 1)
        rows: npt.NDArray[np.int64] = np.where(self.digests[order[places]] == digests, order[places], -1)
        return rows


def write_vectors(
    folder: Path,
    texts: TextStore,
    embedder: Embedder,
    progress: Progress,
    known: KnownVectors | None,
    kept: npt.NDArray[np.int64],
) -> tuple[VectorIndex, int]:
    """Write the rows `kept` of the `known` vectors and, behind them, the vectors of `texts`; returns all of them, and
    how many texts had to be embedded.
    """
    digests, size = texts.digests(), len(kept)
    shape = (size + len(digests), embedder.dimension)
    matrix = new_array(folder / MATRIX, np.float32, shape)
    owners = texts.owners()
    if known and size:
        _copy(known.vectors.matrix, kept, matrix[:size])
        owners = np.concatenate([known.vectors.owners[kept], owners])
    embedded = _fill(matrix[size:], digests, texts, embedder, known, progress)
    matrix.flush()
    np.save(folder / OWNERS, owners)
    np.save(folder / DIGESTS, np.concatenate([known.digests[kept], digests]) if known and size else digests)
    return VectorIndex(matrix, owners), embedded


def _fill(
    matrix: Vectors,
    digests: npt.NDArray[np.int64],
    texts: TextStore,
    embedder: Embedder,
    known: KnownVectors | None,
    progress: Progress,
) -> int:
    """Fill `matrix` with the vectors of `texts`; returns how many had to be embedded."""
    reused = known.rows_of(digests) if known else np.full(len(digests), -1)
    if known:
        rows = np.flatnonzero(reused >= 0)
        _copy(known.vectors.matrix, reused[rows], matrix, rows)
    missing = np.flatnonzero(reused < 0)
    _, first, of = np.unique(digests[missing], return_index=True, return_inverse=True)
    wanted = np.zeros(len(digests), bool)
    wanted[missing[first]] = True
    progress.begin("embedding", len(first), "text")
    for places, batch in texts.by_length(BATCH, wanted):
        vectors = embedder.embed(batch)
        if not np.isfinite(vectors).all():
            raise RetrievalError("the embedder returned values that are not finite; check the model")
        matrix[places] = vectors
        progress.advance(len(batch))
    again = ~wanted[missing]
    _copy(matrix, missing[first][of[again]], matrix, missing[again])
    return len(first)


def _copy(
    source: Vectors, rows: npt.NDArray[np.int64], target: Vectors, places: npt.NDArray[np.int64] | None = None
) -> None:
    for at in range(0, len(rows), BLOCK):
        part = slice(at, at + BLOCK)
        target[part if places is None else places[part]] = source[rows[part]]
