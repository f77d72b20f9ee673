"""Keeps the texts that wait for a vector on disk, and gives them out shortest first."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt


class TextStore:
    """A file of texts, each with the position of the passage it belongs to; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA synchronous = OFF")  # a file that does not outlive the build
        self._connection.execute("CREATE TABLE IF NOT EXISTS texts (row INTEGER PRIMARY KEY, owner INTEGER, text TEXT)")

    def __enter__(self) -> "TextStore":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM texts").fetchone()[0])

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add texts behind those that are there, each after its passage's position."""
        self._connection.executemany("INSERT INTO texts (owner, text) VALUES (?, ?)", texts)

    def finish(self) -> None:
        """Write everything."""
        self._connection.commit()

    def owners(self) -> npt.NDArray[np.int64]:
        """The position of each text's passage, int64 [n], in the order in which they were added."""
        found = self._connection.execute("SELECT owner FROM texts ORDER BY row")
        return np.fromiter((owner for (owner,) in found), np.int64)

    def by_length(self, batch: int) -> Iterator[tuple[list[int], list[str]]]:
        """Batches of texts and their places from 0, texts of like length together: they waste the least padding."""
        ordered = self._connection.execute("SELECT row - 1, text FROM texts ORDER BY length(text), row")
        while rows := ordered.fetchmany(batch):
            yield [row for row, _ in rows], [text for _, text in rows]
