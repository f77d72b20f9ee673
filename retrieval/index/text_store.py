"""Keeps the texts that wait for a vector on disk, and gives them out shortest first."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

DIGEST_BYTES = 8  # of a million texts, two have the same by chance once in ten million times


class TextStore:
    """A file of texts, each with the position of the passage it belongs to; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA synchronous = OFF")  # a file that does not outlive the build
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS texts (row INTEGER PRIMARY KEY, owner INTEGER, digest INTEGER, text TEXT)"
        )

    def __enter__(self) -> "TextStore":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM texts").fetchone()[0])

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add texts behind those that are there, each after its passage's position."""
        rows = ((owner, digest_of(text), text) for owner, text in texts)
        self._connection.executemany("INSERT INTO texts (owner, digest, text) VALUES (?, ?, ?)", rows)

    def finish(self) -> None:
        """Write everything."""
        self._connection.commit()

    def owners(self) -> npt.NDArray[np.int32]:
        """The position of each text's passage, int32 [n], in the order in which they were added."""
        return self._column("owner").astype(np.int32)

    def digests(self) -> npt.NDArray[np.int64]:
        """A number for each text, int64 [n]: the same for the same texts, and another for any other."""
        return self._column("digest")

    def _column(self, name: str) -> npt.NDArray[np.int64]:
        found = self._connection.execute(f"SELECT {name} FROM texts ORDER BY row")
        return np.fromiter((value for (value,) in found), np.int64)

    def by_length(self, batch: int, rows: npt.NDArray[np.bool_]) -> Iterator[tuple[list[int], list[str]]]:
        """Batches of the texts that `rows`, bool [n], names, with their places from 0, texts of like length together:
        they waste the least padding.
        """
        ordered = self._connection.execute("SELECT row - 1, text FROM texts ORDER BY length(text), row")
        wanted = (pair for pair in ordered if rows[pair[0]])
        while some := [pair for _, pair in zip(range(batch), wanted, strict=False)]:
            yield [row for row, _ in some], [text for _, text in some]


def digest_of(text: str) -> int:
    """A signed 64-bit number for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=DIGEST_BYTES).digest(), "big", signed=True)
