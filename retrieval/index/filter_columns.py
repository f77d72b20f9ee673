"""The properties that filters test, as one array for each property with one value for each passage position."""

import io
from array import array
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.index.arrays import readable

COLUMNS = "columns.npz"
NONE = -1  # no such key, or not said


@dataclass(frozen=True, slots=True)
class Columns:
    """By position: numbers of the kind, the brand and the category in the catalogue's table `keys` (-1: none), the
    price (NaN: none), whether it is in stock (1, 0; -1: not said), and how many words the passage has.

    Positions whose passage was deleted have the kind -1.
    """

    kinds: npt.NDArray[np.int32]
    brands: npt.NDArray[np.int32]
    categories: npt.NDArray[np.int32]
    prices: npt.NDArray[np.float64]
    stocks: npt.NDArray[np.int8]
    lengths: npt.NDArray[np.int32]

    @classmethod
    def load(cls, folder: Path) -> "Columns":
        """Read what `save` wrote; raises IndexUnusableError where that is damaged."""
        path = folder / COLUMNS
        with readable(path), np.load(io.BytesIO(path.read_bytes())) as file:
            return cls(**{field.name: file[field.name] for field in fields(cls)})

    def save(self, folder: Path) -> None:
        """Write everything to one file."""
        np.savez(folder / COLUMNS, **{field.name: getattr(self, field.name) for field in fields(self)})

    def __len__(self) -> int:
        return len(self.kinds)

    def joined(self, other: "Columns", gone: npt.NDArray[np.bool_]) -> "Columns":
        """These without the positions in `gone`, bool [n], and `other` behind them."""
        kinds, lengths = np.where(gone, NONE, self.kinds), np.where(gone, 0, self.lengths)
        mine = {field.name: getattr(self, field.name) for field in fields(self)} | {"kinds": kinds, "lengths": lengths}
        for name in ("brands", "categories", "stocks"):
            mine[name] = np.where(gone, NONE, mine[name])
        mine["prices"] = np.where(gone, np.nan, mine["prices"])
        return Columns(**{name: np.concatenate([each, getattr(other, name)]) for name, each in mine.items()})


class ColumnsWriter:
    """Collects the values of passages, one after the other."""

    def __init__(self) -> None:
        self._codes = [array("i"), array("i"), array("i")]
        self._prices = array("d")
        self._stocks = array("b")

    def add(self, passages: int, codes: tuple[int, int, int], price: float | None, stock: bool | None) -> None:
        """Add so many passages of one document: numbers of its kind, brand and category, its price and stock."""
        for column, code in zip(self._codes, codes, strict=True):
            column.extend([code] * passages)
        self._prices.extend([float("nan") if price is None else price] * passages)
        self._stocks.extend([NONE if stock is None else int(stock)] * passages)

    def finish(self, lengths: "array[int]") -> Columns:
        """The columns, with the number of words of each passage."""
        kinds, brands, categories = (np.array(codes, np.int32) for codes in self._codes)
        prices, stocks = np.array(self._prices, np.float64), np.array(self._stocks, np.int8)
        return Columns(kinds, brands, categories, prices, stocks, np.array(lengths, np.int32))
