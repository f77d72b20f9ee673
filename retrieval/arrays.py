"""Arrays in `.npy` files that are mapped into memory."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy


def new_array(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    """A new file of zeros to write into; `flush` it in the end."""
    made: np.memmap[Any, Any] = npy.open_memmap(path, "w+", dtype, shape)  # type: ignore[no-untyped-call]
    return made


def open_array(path: Path) -> npt.NDArray[Any]:
    """A file to read from: only what is touched is read, and nothing of it can be written."""
    opened: npt.NDArray[Any] = np.asarray(np.load(path, mmap_mode="r"))
    return opened
