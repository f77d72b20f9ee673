"""Arrays in files: written by mapping, read where they are needed."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import IndexUnusableError
from retrieval.index import arrays
from retrieval.index.arrays import MAX_READ_BYTES, StoredRows, new_array, open_array

ROWS = 40
MATRIX = np.arange(3 * ROWS, dtype=np.float32).reshape(ROWS, 3)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredRows:
    path = tmp_path_factory.mktemp("rows") / "matrix.npy"
    np.save(path, MATRIX)
    return StoredRows(path)


def test_a_new_array_is_zero_until_it_is_written(tmp_path: Path) -> None:
    made = new_array(tmp_path / "a.npy", np.int32, (2, 3))
    assert not made.any()
    made[1] = (1, 2, 3)
    made.flush()
    opened = open_array(tmp_path / "a.npy")
    assert (opened.dtype, opened.tolist()) == (np.dtype(np.int32), [[0, 0, 0], [1, 2, 3]])


def test_an_opened_array_cannot_be_written(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", MATRIX)
    with pytest.raises(ValueError, match="read-only"):
        open_array(tmp_path / "a.npy")[0, 0] = 1


def test_what_happens_to_a_file_does_not_reach_an_array_that_is_open(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", MATRIX)
    opened = open_array(tmp_path / "a.npy")
    os.truncate(tmp_path / "a.npy", 0)
    np.testing.assert_array_equal(opened, MATRIX)


@pytest.mark.parametrize("at_most", [MAX_READ_BYTES, 0])
@pytest.mark.parametrize("size", [0, 5, 100, 300, -1])
def test_an_array_whose_file_is_cut_short_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_most: int, size: int
) -> None:
    monkeypatch.setattr(arrays, "MAX_READ_BYTES", at_most)
    path = tmp_path / "a.npy"
    np.save(path, MATRIX)
    np.testing.assert_array_equal(open_array(path), MATRIX)
    os.truncate(path, size % path.stat().st_size)
    with pytest.raises(IndexUnusableError, match=r"a\.npy.*heedful index"):
        open_array(path)


def test_an_array_of_no_rows_can_be_made_and_opened(tmp_path: Path) -> None:
    new_array(tmp_path / "a.npy", np.uint8, (0, 3)).flush()
    assert open_array(tmp_path / "a.npy").shape == (0, 3)


@given(st.sets(st.integers(0, ROWS - 1)))
def test_stored_rows_are_those_of_the_matrix(stored: StoredRows, chosen: set[int]) -> None:
    rows = np.array(sorted(chosen), np.int64)
    read = stored[rows]
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, MATRIX[rows])


def test_a_file_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "matrix.npy"
    np.save(path, MATRIX)
    stored = StoredRows(path)
    size = path.stat().st_size
    os.truncate(path, size - 5)
    np.testing.assert_array_equal(stored[np.array([0, 1])], MATRIX[:2])
    with pytest.raises(IndexUnusableError, match=f"byte {size - 5}.*heedful index"):
        stored[np.array([0, ROWS - 1])]


def test_stored_rows_close_their_file_when_they_go(tmp_path: Path) -> None:
    np.save(tmp_path / "matrix.npy", MATRIX)
    before = len(os.listdir("/proc/self/fd"))
    stored = StoredRows(tmp_path / "matrix.npy")
    assert len(os.listdir("/proc/self/fd")) == before + 1
    del stored
    assert len(os.listdir("/proc/self/fd")) == before
