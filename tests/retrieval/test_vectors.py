"""Vector search against exact arithmetic."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError
from retrieval.vectors import VectorIndex

# Four unit vectors in the plane; passage 0 owns two of them.
PLANE = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32)
OWNERS = [0, 0, 1, 2]


def exact(vectors: Vectors, owners: list[int], query: Vectors) -> dict[int, float]:
    best: dict[int, float] = {}
    for owner, score in zip(owners, (vectors @ query).tolist(), strict=True):
        best[owner] = max(best.get(owner, -2.0), score)
    return best


def test_finds_the_nearest_passages_by_their_nearest_vector() -> None:
    found = VectorIndex(PLANE, OWNERS).search(np.array([0, 1], np.float32), 3)
    assert list(found) == [0, 1, 2]
    assert list(found.values()) == pytest.approx([1.0, 0.8, 0.0])


def test_a_passage_with_many_vectors_does_not_crowd_out_others() -> None:
    vectors = np.tile(np.array([[1.0, 0.0]], np.float32), (10, 1))
    index = VectorIndex(np.vstack([vectors, [[0.0, 1.0]]]).astype(np.float32), [0] * 10 + [1])
    assert list(index.search(np.array([1, 0], np.float32), 2)) == [0, 1]


def test_a_filter_narrows_before_ranking() -> None:
    found = VectorIndex(PLANE, OWNERS).search(np.array([0, 1], np.float32), 3, only=[1, 2])
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
    found = VectorIndex(vectors, owners).search(query, limit, only)
    assert list(found.values()) == pytest.approx(sorted(expected.values(), reverse=True)[:limit], abs=1e-5)
    assert found == pytest.approx({owner: expected[owner] for owner in found}, abs=1e-5)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    VectorIndex(PLANE, OWNERS).save(tmp_path / "vectors")
    loaded = VectorIndex.load(tmp_path / "vectors")
    assert (len(loaded), loaded.dimension, loaded.owners.tolist()) == (4, 2, OWNERS)
    np.testing.assert_array_equal(loaded.matrix, PLANE)


def test_no_vectors_find_nothing() -> None:
    index = VectorIndex(np.zeros((0, 2), np.float32), [])
    assert index.search(np.array([1, 0], np.float32), 5) == {}


def test_shapes_that_disagree_and_broken_values_are_refused() -> None:
    with pytest.raises(RetrievalError, match="3 owners"):
        VectorIndex(PLANE, [0, 1, 2])
    with pytest.raises(RetrievalError, match="not finite"):
        VectorIndex(np.array([[np.nan, 0]], np.float32), [0])


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_bytes(b"not an index at all")
    with pytest.raises(RetrievalError, match="heedful index"):
        VectorIndex.load(tmp_path / "vectors")


def test_the_second_best_vector_of_a_passage_or_its_only_one() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6]], np.float32)
    found = VectorIndex(vectors, [0, 0, 0, 1]).second_best(np.array([1, 0], np.float32), [0, 1])
    assert found == {0: pytest.approx(0.6), 1: pytest.approx(0.8)}
    assert VectorIndex(vectors, [0, 0, 0, 1]).second_best(np.array([1, 0], np.float32), []) == {}
