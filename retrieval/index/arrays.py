"""Arrays in `.npy` files that are mapped into memory, or read where they are needed."""

import os
import weakref
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from retrieval.errors import IndexUnusableError
from retrieval.index.manifest import REBUILD


def new_array(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    """A new file of zeros to write into; `flush` it in the end."""
    made: np.memmap[Any, Any] = npy.open_memmap(path, "w+", dtype, shape)  # type: ignore[no-untyped-call]
    return made


def open_array(path: Path) -> npt.NDArray[Any]:
    """A file to read from: only what is touched is read, and nothing of it can be written."""
    opened: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="r"))
    return opened


class StoredRows:
    """The rows of a float32 matrix in a file, read one stretch at a time where they are asked for.

    Of a file that is mapped instead, the system counts 64 KiB around every row that was touched as this process's
    memory, and in the end all of it. Thread-safe.
    """

    def __init__(self, path: Path) -> None:
        mapped = np.load(path, mmap_mode="r")
        self._width, self._offset = mapped.shape[1], int(mapped.offset)
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Read rows, int64 [n] ascending, as float32 [n, width]."""
        read = np.empty((len(rows), self._width), np.float32)
        row_bytes = 4 * self._width
        edges = [*np.flatnonzero(np.diff(rows, prepend=-2) != 1).tolist(), len(rows)]
        for begin, end in pairwise(edges):
            self._fill(read[begin:end].data.cast("B"), self._offset + int(rows[begin]) * row_bytes)
        return read

    def _fill(self, buffer: memoryview, offset: int) -> None:
        """Read until `buffer` is full: one call may read less than it was asked for."""
        done = 0
        while done < len(buffer):
            count = os.preadv(self._file, [buffer[done:]], offset + done)
            if not count:
                raise IndexUnusableError(f"a file of vectors ends at byte {offset + done}; {REBUILD}")
            done += count
