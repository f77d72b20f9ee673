"""Vector search against exact arithmetic."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError
from retrieval.filtering import Selection
from retrieval.index.vectors import MATRIX, OWNERS, VectorIndex, patch_cells, write_cells
from retrieval.options import IndexOptions
from retrieval.progress import Untold

# Four unit vectors in the plane; passage 0 owns two of them.
PLANE = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32)
PLANE_OWNERS = np.array([0, 0, 1, 2], np.int32)


def exact(vectors: Vectors, owners: list[int], query: Vectors) -> dict[int, float]:
    best: dict[int, float] = {}
    for owner, score in zip(owners, (vectors @ query).tolist(), strict=True):
        best[owner] = max(best.get(owner, -2.0), score)
    return best


def selection(passages: int, positions: list[int]) -> Selection:
    return Selection(np.isin(np.arange(passages), positions))


def everything(index: VectorIndex) -> Selection:
    """Let every passage through."""
    return Selection(np.ones(int(index.owners.max(initial=-1)) + 1, bool))


def test_finds_the_nearest_passages_by_their_nearest_vector() -> None:
    index = VectorIndex(PLANE, PLANE_OWNERS)
    found = index.search(np.array([0, 1], np.float32), 3, everything(index))
    assert list(found) == [0, 1, 2]
    assert list(found.values()) == pytest.approx([1.0, 0.8, 0.0])


def test_a_passage_with_many_vectors_does_not_crowd_out_others() -> None:
    vectors = np.tile(np.array([[1.0, 0.0]], np.float32), (10, 1))
    index = VectorIndex(np.vstack([vectors, [[0.0, 1.0]]]).astype(np.float32), np.array([0] * 10 + [1], np.int32))
    assert list(index.search(np.array([1, 0], np.float32), 2, everything(index))) == [0, 1]


def test_a_filter_narrows_before_ranking() -> None:
    found = VectorIndex(PLANE, PLANE_OWNERS).search(np.array([0, 1], np.float32), 3, selection(3, [1, 2]))
    assert list(found) == [1, 2]


@given(seed=st.integers(0, 1000), passages=st.integers(1, 30), limit=st.integers(1, 40), filtered=st.booleans())
@settings(max_examples=50, deadline=None)
def test_agrees_with_exact_search(seed: int, passages: int, limit: int, filtered: bool) -> None:
    random = np.random.default_rng(seed)
    owners = sorted([*range(passages), *random.integers(0, passages, size=passages).tolist()])
    vectors = random.standard_normal((len(owners), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query = vectors[0]
    only = list(range(0, passages, 2)) if filtered else None
    expected = exact(vectors, owners, query)
    if only is not None:
        expected = {owner: score for owner, score in expected.items() if owner in only}
    index = VectorIndex(vectors, np.array(owners, np.int32))
    found = index.search(query, limit, everything(index) if only is None else selection(passages, only))
    assert list(found.values()) == pytest.approx(sorted(expected.values(), reverse=True)[:limit], abs=1e-5)
    assert found == pytest.approx({owner: expected[owner] for owner in found}, abs=1e-5)


def test_no_vectors_find_nothing() -> None:
    index = VectorIndex(np.zeros((0, 2), np.float32), np.zeros(0, np.int32))
    assert index.search(np.array([1, 0], np.float32), 5, everything(index)) == {}


def test_files_that_are_no_vectors_are_refused(tmp_path: Path) -> None:
    (tmp_path / MATRIX).write_bytes(b"not an array at all")
    with pytest.raises(RetrievalError, match="heedful index"):
        VectorIndex.load(tmp_path)


def clustered(number: int, dimension: int = 16) -> Vectors:
    """Unit vectors in clusters, as meanings lie."""
    random = np.random.default_rng(3)
    vectors = random.standard_normal((40, dimension))[random.integers(0, 40, number)]
    vectors += 0.5 * random.standard_normal((number, dimension))
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def saved(folder: Path, vectors: Vectors, owners: npt.NDArray[np.int32]) -> VectorIndex:
    folder.mkdir()
    np.save(folder / MATRIX, vectors)
    np.save(folder / OWNERS, owners)
    return VectorIndex(vectors, owners)


MANY = IndexOptions(exact_up_to=100)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six thousand vectors of five thousand passages, in cells."""
    folder = tmp_path_factory.mktemp("cells") / "generation"
    owners = np.sort(np.r_[np.arange(5000), np.arange(1000)]).astype(np.int32)
    assert write_cells(folder, saved(folder, clustered(6000), owners), MANY, Untold()) == "IVF256,SQ8"
    return folder


def recall(index: VectorIndex, only: Selection | None = None) -> float:
    """The share of the ten nearest that are found, and with their exact cosines."""
    exactly, shares = VectorIndex(index.matrix, index.owners), []
    allowed = only or everything(index)
    for row in range(0, 6000, 100):
        nearest, found = (searched.search(np.array(index.matrix[row]), 10, allowed) for searched in (exactly, index))
        shares.append(len(nearest.keys() & found.keys()) / len(nearest))
        cosines = exactly.search(np.array(index.matrix[row]), 5000, everything(index))
        assert found == pytest.approx({position: cosines[position] for position in found})
    return float(np.mean(shares))


def test_few_vectors_need_no_cells(tmp_path: Path) -> None:
    few = saved(tmp_path / "few", PLANE, PLANE_OWNERS)
    assert write_cells(tmp_path / "few", few, MANY, Untold()) == "exact"
    assert VectorIndex.load(tmp_path / "few").search(np.array([0, 1], np.float32), 1, everything(few)) == {0: 1.0}


def test_fewer_vectors_than_cells_are_sorted_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "few"
    index = saved(folder, clustered(5), np.arange(5))
    assert write_cells(folder, index, IndexOptions(exact_up_to=0), Untold()) == "IVF5,SQ8"


def test_cells_find_nearly_all_of_the_nearest(cells: Path) -> None:
    assert recall(VectorIndex.load(cells)) > 0.95


@pytest.mark.parametrize("step", [2, 20])
def test_cells_obey_a_filter(cells: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.vectors.EXACT_BELOW", 1000)
    index, only = VectorIndex.load(cells), selection(5000, list(range(0, 5000, step)))
    assert recall(index, only) > 0.95
    assert all(position % step == 0 for position in index.search(np.array(index.matrix[0]), 100, only))


def test_the_same_vectors_give_the_same_cells(cells: Path, tmp_path: Path) -> None:
    loaded = VectorIndex.load(cells)
    again = saved(tmp_path / "again", np.array(loaded.matrix), loaded.owners)
    write_cells(tmp_path / "again", again, MANY, Untold())
    assert (tmp_path / "again" / "cells.faiss").read_bytes() == (cells / "cells.faiss").read_bytes()


def test_cells_are_patched(cells: Path, tmp_path: Path) -> None:
    old, new = VectorIndex.load(cells), clustered(6100)[6000:]
    kept = old.owners != 7
    matrix, owners = np.vstack([old.matrix[kept], new]), np.r_[old.owners[kept], np.arange(5000, 5100)].astype(np.int32)
    folder = tmp_path / "patched"
    vectors = saved(folder, matrix, owners)
    assert patch_cells(folder, vectors, 5000, np.array([7]), MANY, cells, Untold()) == "IVF256,SQ8"
    index = VectorIndex.load(folder)
    assert recall(index) > 0.95
    assert 7 not in index.search(np.array(old.matrix[~kept][0]), 50, everything(index))
    assert 5042 in index.search(new[42], 5, everything(index))


def test_the_second_best_vector_of_a_passage_or_its_only_one() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6]], np.float32)
    found = VectorIndex(vectors, np.array([0, 0, 0, 1], np.int32)).second_best(np.array([1, 0], np.float32), [0, 1])
    assert found == {0: pytest.approx(0.6), 1: pytest.approx(0.8)}
    assert VectorIndex(vectors, np.array([0, 0, 0, 1], np.int32)).second_best(np.array([1, 0], np.float32), []) == {}


def test_passages_can_be_compared_one_by_one() -> None:
    index = VectorIndex(PLANE, PLANE_OWNERS)
    assert index.cosines(np.array([0, 1], np.float32), [2, 0]) == {0: 1.0, 2: 0.0}
    assert [vectors.tolist() for vectors in index.of([0, 2]).values()] == [[[1, 0], [0, 1]], [[-1, 0]]]
    assert index.of([]) == {}
