"""What was left out of the knowledge, why, and where it stands."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from retrieval.errors import CorpusError, RetrievalError
from retrieval.ingestion.rows.row import Row

MAX_EXCERPT = 4000  # characters of what stood where an entry was left out


@dataclass(frozen=True, slots=True)
class Rejected:
    """An entry that was left out: `place` is `file:line`, `problem` names the value and what to do, `reason` is what
    like entries are counted under, and `row` the beginning of what stood there.
    """

    place: str
    problem: str
    reason: str
    row: str = ""

    @classmethod
    def of(cls, error: CorpusError, row: Row | None = None) -> "Rejected":
        """What an error says about a row, or about a place that never became one."""
        text = json.dumps(row.fields, ensure_ascii=False, default=str)[:MAX_EXCERPT] if row else ""
        return cls(error.place, error.problem, error.reason, text)


@dataclass(frozen=True, slots=True)
class Intake:
    """How many entries were read, and how many of them were left out for which reason, most frequent first."""

    kept: int
    left_out: tuple[tuple[str, int], ...]

    @property
    def rejected(self) -> int:
        """How many entries were left out."""
        return sum(count for _, count in self.left_out)

    @property
    def read(self) -> int:
        """How many entries there were."""
        return self.kept + self.rejected


class TooManyRejectedError(RetrievalError):
    """So much was left out that the source is more likely to be misread than bad; nothing was indexed."""


class Rejections:
    """Writes what is left out to a JSON Lines file, one object each, and counts it; a context manager.

    The file of an earlier run is removed; there is none when nothing is left out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first: Rejected | None = None
        self._counts: Counter[str] = Counter()
        self._file: TextIO | None = None
        path.unlink(missing_ok=True)

    def __enter__(self) -> "Rejections":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def __call__(self, rejected: Rejected) -> None:
        """Take note of one entry."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            self.first = rejected
        file, _, line = rejected.place.rpartition(":")
        row = {"file": file, "line": int(line), **asdict(rejected)}
        del row["place"]
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._counts[rejected.reason] += 1

    def __len__(self) -> int:
        return self._counts.total()

    def intake(self, kept: int) -> Intake:
        """The counts so far, with `kept` entries that were taken."""
        return Intake(kept, tuple(self._counts.most_common()))
