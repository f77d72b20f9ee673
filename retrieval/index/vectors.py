"""The vectors of the passages: searched exactly while they are few, by way of FAISS when they are many; the only module
that imports faiss.
"""

from collections.abc import Collection
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
from faiss.contrib.clustering import two_level_clustering
from faiss.contrib.ivf_tools import add_preassigned

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError
from retrieval.filtering import Selection
from retrieval.index.arrays import StoredRows, open_array
from retrieval.index.manifest import REBUILD
from retrieval.options import IndexOptions
from retrieval.progress import Progress

MATRIX, OWNERS, CELLS = "vectors.npy", "owners.npy", "cells.faiss"
EXACT = "exact"  # how few vectors are searched
CELLS_PER_ROOT = 4  # cells for the square root of the vectors
TRAINED_WITH = 40  # vectors for each cell
ROUNDS = 10  # of k-means
PROBED_SHARE, LEAST_PROBES = 64, 64  # one cell in so many is searched
LEAST_COMPARED = 16_000  # vectors, where no filter has more cells searched: of fewer vectors a greater share
_GROWTH = 4  # times the vectors that the cells were made for
BLOCK = 1 << 16  # vectors moved at a time
_COMPARED = 1 << 11  # vectors compared with all centres at a time
FILTERED_PROBES, WIDENING, MOST_PROBES = 7, 0.3, 48  # times the usual number, under a filter
NEARLY_ALL = 0.9
EXACT_BELOW = 4_000  # passages that a filter leaves; they are compared one by one
_CANDIDATES = 2  # vectors asked of FAISS for each passage that is wanted: a passage may have several

Owners = npt.NDArray[np.int32]


class VectorIndex:
    """Unit vectors, each belonging to the passage at a position; a passage may have several.

    `matrix` is float32 [n, dimension], mapped from its file; `owners` int32 [n], ascending. With `cells` only the
    vectors near a question are compared; their cosines are exact in any case. Safe to search from several threads.
    """

    def __init__(
        self, matrix: Vectors, owners: Owners, cells: faiss.IndexIVF | None = None, stored: StoredRows | None = None
    ) -> None:
        """`stored`: the rows of `matrix`, where only a few are needed at a time."""
        self.matrix, self.owners, self._cells = matrix, owners, cells
        self._rows = matrix if stored is None else stored

    @classmethod
    def load(cls, folder: Path) -> "VectorIndex":
        """Open what `write_vectors` wrote. Raises RetrievalError when that cannot be read."""
        try:
            matrix, owners = open_array(folder / MATRIX), open_array(folder / OWNERS)
            if matrix.ndim != 2 or len(matrix) != len(owners):
                raise ValueError(f"{matrix.shape} vectors of {len(owners)} passages")
            if not (folder / CELLS).exists():
                return cls(matrix, owners)
            return cls(matrix, owners, faiss.read_index(str(folder / CELLS)), StoredRows(folder / MATRIX))
        except (RuntimeError, ValueError) as error:
            raise RetrievalError(f"{folder} has no vectors that can be read ({error}); {REBUILD}") from error

    def __len__(self) -> int:
        return len(self.owners)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self.matrix.shape[1])

    def search(self, vector: Vectors, limit: int, only: Selection) -> dict[int, float]:
        """Find the `limit` passages of `only` nearest to `vector` (float32 [dimension]).

        Returns their cosines by position, best first.
        """
        if self._cells is None:
            return self._all(vector, limit, only)
        rows = self._rows_of(only.positions if only.count <= EXACT_BELOW else self._near(vector, limit, only))
        return _best(self.owners[rows], self._rows[rows] @ vector, limit)

    def _all(self, vector: Vectors, limit: int, only: Selection) -> dict[int, float]:
        """Search among all vectors."""
        rows = np.flatnonzero(only.mask[self.owners])
        if 2 * len(rows) > len(self):
            return _best(self.owners[rows], (self.matrix @ vector)[rows], limit)
        return _best(self.owners[rows], self.matrix[rows] @ vector, limit)

    def _near(self, vector: Vectors, limit: int, only: Selection) -> npt.NDArray[np.int64]:
        """Positions of passages that have a vector among the nearest in the cells near `vector`, ascending."""
        assert self._cells is not None
        if only.count > NEARLY_ALL * len(only.mask):
            # To ask FAISS for all and leave some out is quicker than to have it test each, and nearly always enough.
            found = self._in_cells(vector, limit, self._cells.nprobe, None)
            near: npt.NDArray[np.int64] = found[only.mask[found]]
            if len(near) >= limit:
                return near
        # Where few passages pass, the nearest of them lie farther away; even a third of all is not a third everywhere:
        # what is like the question may be of another kind.
        times = min(MOST_PROBES, FILTERED_PROBES * (len(only.mask) / only.count) ** WIDENING)
        return self._in_cells(vector, limit, int(_probes(self._cells.nlist) * times), faiss.IDSelectorBitmap(only.bits))

    def _in_cells(
        self, vector: Vectors, limit: int, probes: int, selector: faiss.IDSelector | None
    ) -> npt.NDArray[np.int64]:
        assert self._cells is not None
        parameters = faiss.SearchParametersIVF(nprobe=min(probes, self._cells.nlist), sel=selector)
        _, found = self._cells.search(vector[None, :], _CANDIDATES * limit, params=parameters)
        near: npt.NDArray[np.int64] = np.unique(found[found >= 0])
        return near

    def of(self, positions: Collection[int]) -> dict[int, Vectors]:
        """The vectors of the passages at `positions`, float32 [wordings, dimension], by position."""
        rows = self._rows_of(np.array(sorted(positions), np.int64))
        owners, begins = np.unique(self.owners[rows], return_index=True)
        return dict(zip(owners.tolist(), np.split(self._rows[rows], begins[1:]), strict=True)) if len(rows) else {}

    def cosines(self, vector: Vectors, positions: Collection[int]) -> dict[int, float]:
        """The cosine with `vector` of the nearest vector of each of the passages at `positions`."""
        rows = self._rows_of(np.array(sorted(positions), np.int64))
        return _best(self.owners[rows], self._rows[rows] @ vector, len(rows))

    def second_best(self, vector: Vectors, only: Collection[int]) -> dict[int, float]:
        """The cosine of the second nearest vector of each of the passages `only`; of the nearest where there is one
        vector.
        """
        return {owner: float(np.sort(wordings @ vector)[-2:][0]) for owner, wordings in self.of(only).items()}

    def _rows_of(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The rows of the passages at `positions`, ascending."""
        positions = positions.astype(self.owners.dtype)  # of two types, NumPy would copy all the owners into the wider
        begins: npt.NDArray[np.int64] = np.asarray(np.searchsorted(self.owners, positions, "left"))
        ends: npt.NDArray[np.int64] = np.asarray(np.searchsorted(self.owners, positions, "right"))
        sizes = ends - begins
        rows: npt.NDArray[np.int64] = np.repeat(ends - np.cumsum(sizes), sizes)
        rows += np.arange(len(rows))
        return rows


def _best(owners: Owners, scores: Vectors, limit: int) -> dict[int, float]:
    """The `limit` owners with the highest scores, by the best of each; of equal ones the lower comes first."""
    if not len(owners):
        return {}
    begins = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    owners, scores = owners[begins], np.maximum.reduceat(scores, begins)
    if len(owners) > limit > 0:
        near = scores >= np.partition(scores, len(scores) - limit)[len(scores) - limit]
        owners, scores = owners[near], scores[near]
    order = np.lexsort((owners, -scores))[: max(limit, 0)]
    return dict(zip(owners[order].tolist(), scores[order].tolist(), strict=True))


def write_cells(folder: Path, vectors: VectorIndex, options: IndexOptions, progress: Progress) -> str:
    """Sort many vectors into cells of near ones, and say how they are searched: `exact`, or FAISS's name of the cells.

    Within the cells each number of a vector takes a byte.
    """
    if not len(vectors) or len(vectors) <= options.exact_up_to:
        return EXACT
    number = min(1 << round(np.log2(CELLS_PER_ROOT * len(vectors) ** 0.5)), len(vectors))
    progress.begin("sorting", len(vectors), "vector")
    cells = _trained(vectors.matrix, number)
    for at in range(0, len(vectors), BLOCK):
        part = slice(at, at + BLOCK)
        _put(cells, vectors.matrix[part], vectors.owners[part])
        progress.advance(len(vectors.owners[part]))
    return _save(cells, folder)


def _probes(cells: int) -> int:
    """How many of so many cells are searched at least."""
    return max(cells // PROBED_SHARE, min(cells, LEAST_PROBES))


def _put(cells: faiss.IndexIVF, vectors: Vectors, owners: Owners) -> None:
    """Add vectors to the cells whose centres are nearest; torch finds them in a third of FAISS's time."""
    import torch

    rows = torch.from_numpy(np.array(vectors))
    centres = torch.from_numpy(cells.quantizer.reconstruct_n(0, cells.nlist)).T.contiguous()
    nearest = torch.cat([(block @ centres).max(1).indices for block in torch.split(rows, _COMPARED)])
    ids = owners.astype(np.int64)  # by a name: FAISS keeps only the address
    add_preassigned(cells, rows.numpy(), nearest.numpy(), ids)


def _trained(matrix: Vectors, number: int) -> faiss.IndexIVF:
    """Empty cells whose centres are learnt from vectors taken evenly; the same from the same vectors."""
    dimension = matrix.shape[1]
    centres = faiss.IndexFlatIP(dimension)
    cells = faiss.IndexIVFScalarQuantizer(
        centres, dimension, number, faiss.ScalarQuantizer.QT_8bit_uniform, faiss.METRIC_INNER_PRODUCT
    )
    cells.nprobe = max(_probes(number), -(-LEAST_COMPARED * number // len(matrix)))
    sample = np.unique(np.linspace(0, len(matrix) - 1, TRAINED_WITH * number).astype(np.int64))
    taken = np.ascontiguousarray(matrix[sample])
    # Groups first, then each group's cells: at 4,096 cells a thirtieth of the comparisons.
    found, _ = two_level_clustering(
        taken, round(number**0.5), number, clustering_niter=ROUNDS, spherical=True, min_points_per_centroid=1
    )
    centres.add(found)
    cells.train(taken)
    return cells


def _save(cells: faiss.IndexIVF, folder: Path) -> str:
    faiss.write_index(cells, str(folder / CELLS))
    return f"IVF{cells.nlist},SQ8"


def patch_cells(
    folder: Path,
    vectors: VectorIndex,
    first: int,
    gone: npt.NDArray[np.int64],
    options: IndexOptions,
    previous: Path,
    progress: Progress,
) -> str:
    """Bring the cells of the folder `previous` up to date: take out the passages `gone`, add those from position
    `first`. They are made anew when there are none, or too few of them by now.
    """
    if not (previous / CELLS).exists() or len(vectors) <= options.exact_up_to:
        return write_cells(folder, vectors, options, progress)
    cells = faiss.read_index(str(previous / CELLS))
    if len(vectors) > _GROWTH * (cells.nlist / CELLS_PER_ROOT) ** 2:
        return write_cells(folder, vectors, options, progress)
    cells.remove_ids(faiss.IDSelectorBatch(gone))
    new = slice(int(np.searchsorted(vectors.owners, first)), None)
    _put(cells, vectors.matrix[new], vectors.owners[new])
    return _save(cells, folder)
