"""Arrays in `.npy` files that are read, mapped into memory where they are large, or read where they are needed."""

import os
import weakref
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from retrieval.errors import IndexUnusableError
from retrieval.index.manifest import REBUILD

MAX_READ_BYTES = 2**26
"""Of a file that is read into memory, where nothing that happens to the file can reach it; a larger one is mapped."""


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raise IndexUnusableError, which names the file and what to run, for whatever a damaged file leads to."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile) as error:
        raise IndexUnusableError(f"{path} cannot be read ({error}); {REBUILD}") from error


def new_array(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    """A new file of zeros to write into; `flush` it in the end."""
    made: np.memmap[Any, Any] = npy.open_memmap(path, "w+", dtype, shape)  # type: ignore[no-untyped-call]
    return made


def open_array(path: Path) -> npt.NDArray[Any]:
    """A file to read from: nothing of it can be written, and of a large one only what is touched is read.

    Raises IndexUnusableError where the file is damaged or shorter than it says itself.
    """
    with readable(path):
        if path.stat().st_size > MAX_READ_BYTES:
            return np.asarray(np.load(path, mmap_mode="r"))
        opened: npt.NDArray[Any] = np.load(path)
        opened.setflags(write=False)
        return opened


class StoredRows:
    """The rows of a float32 matrix in a file, read one stretch at a time where they are asked for.

    Of a file that is mapped instead, the system counts 64 KiB around every row that was touched as this process's
    memory, and in the end all of it. Thread-safe.
    """

    def __init__(self, path: Path) -> None:
        with readable(path):
            mapped = np.load(path, mmap_mode="r")
        self._path = path
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
                raise IndexUnusableError(f"{self._path} ends at byte {offset + done}; {REBUILD}")
            done += count
