"""The vectors of the passages in FAISS, searched exactly; the only module that imports faiss."""

from collections.abc import Collection, Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError


class VectorIndex:
    """Unit vectors, each belonging to the passage at a position; a passage may have several.

    Searching is exact (inner product over all vectors) and safe from several threads.
    """

    def __init__(self, vectors: Vectors, owners: Sequence[int] | npt.NDArray[np.int64]) -> None:
        """`vectors`: float32 [n, dimension]; `owners`: the passage position of each row.

        Raises RetrievalError when the shapes disagree or a value is not finite.
        """
        matrix = np.ascontiguousarray(vectors, dtype=np.float32)
        if matrix.ndim != 2 or len(matrix) != len(owners):
            raise RetrievalError(f"{matrix.shape} vectors for {len(owners)} owners; embed every text once")
        if not np.isfinite(matrix).all():
            raise RetrievalError("the embedder returned values that are not finite; check the model")
        self._index = faiss.IndexIDMap(faiss.IndexFlatIP(matrix.shape[1]))
        self._index.add_with_ids(matrix, np.asarray(owners, dtype=np.int64))
        self._share_memory()

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read what `save` wrote. Raises RetrievalError when FAISS cannot."""
        loaded = cls.__new__(cls)
        try:
            loaded._index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise RetrievalError(f"{path} is no vector index ({error}); run `heedful index`") from error
        loaded._share_memory()
        return loaded

    def _share_memory(self) -> None:
        """Views of FAISS's own memory as `matrix` float32 [n, dimension] and `owners` int64 [n];
        nothing is copied.
        """
        flat = faiss.downcast_index(self._index.index)
        size = flat.ntotal * flat.d
        self.matrix: Vectors = (
            faiss.rev_swig_ptr(flat.get_xb(), size).reshape(flat.ntotal, flat.d)
            if size
            else np.zeros((0, flat.d), np.float32)
        )
        self.owners = faiss.vector_to_array(self._index.id_map)

    def save(self, path: Path) -> None:
        """Write everything to one file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    def search(self, vector: Vectors, limit: int, only: Collection[int] | None = None) -> dict[int, float]:
        """Positions of the `limit` passages nearest to `vector` (float32 [dimension]), best first, with
        cosines.

        `only`, when given, are the positions that may be found.
        """
        if only is not None:
            return self._search_only(vector, limit, only)
        # A passage's other vectors may take places, so ask for more until enough passages have been seen.
        wanted = min(len(self), 2 * limit)
        while True:
            scores, owners = self._index.search(vector[None, :], max(wanted, 1))
            best = _first_of_each(owners[0], scores[0], limit)
            if len(best) >= limit or wanted >= len(self):
                return best
            wanted = min(len(self), 2 * wanted)

    def second_best(self, vector: Vectors, only: Collection[int]) -> dict[int, float]:
        """The cosine of the second nearest vector of each of the passages `only`; of the nearest where there is one
        vector.
        """
        found: dict[int, list[float]] = {}
        for owner, score in zip(*self._nearest(vector, only), strict=True):
            found.setdefault(int(owner), []).append(float(score))
        return {owner: scores[:2][-1] for owner, scores in found.items()}

    def _search_only(self, vector: Vectors, limit: int, only: Collection[int]) -> dict[int, float]:
        return _first_of_each(*self._nearest(vector, only), limit)

    def _nearest(self, vector: Vectors, only: Collection[int]) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The owners of all the vectors of the passages `only`, nearest first, and their cosines."""
        rows = np.flatnonzero(np.isin(self.owners, np.fromiter(only, np.int64, len(only))))
        scores = self.matrix[rows] @ vector
        order = np.argsort(-scores, kind="stable")
        return self.owners[rows[order]], scores[order]


def _first_of_each(owners: npt.NDArray[np.int64], scores: Vectors, limit: int) -> dict[int, float]:
    best: dict[int, float] = {}
    for owner, score in zip(owners.tolist(), scores.tolist(), strict=True):
        if len(best) >= limit:
            break
        if owner >= 0:  # FAISS fills the places it cannot fill with -1
            best.setdefault(owner, score)
    return best
