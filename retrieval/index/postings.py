"""For every word the passages that have it, in files that are mapped into memory.

`postings.npy` holds passage positions, word after word, ascending within each; `counts.npy` how often each passage
has the word in its title, text and aliases; `starts.npy` where each word's stretch begins. The catalogue's table
`words` has the number of each word. A pair of neighbouring words of which one has a digit, or that are written
together ("3.5", "o'neill", "128 GB"), is a word of its own, written with a space before it and one between.
"""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.errors import IndexUnusableError
from retrieval.index.arrays import new_array, open_array
from retrieval.index.fts_tokens import Tokenizer
from retrieval.index.manifest import REBUILD

POSTINGS, COUNTS, STARTS = "postings.npy", "counts.npy", "starts.npy"
SCHEMA = "CREATE TABLE words (word TEXT PRIMARY KEY, number INTEGER NOT NULL, passages INTEGER NOT NULL) WITHOUT ROWID;"
FIELDS = 3  # title, text, aliases
BATCH = 4096  # passages sorted at a time
SLICE = 1 << 20  # postings moved at a time
MAX_CHUNKS = 500_000  # spellings remembered
_MAX_COUNT = 255

Positions = npt.NDArray[np.int32]
Counts = npt.NDArray[np.uint8]


class Postings:
    """The files of one generation, opened for reading."""

    def __init__(self, folder: Path) -> None:
        self._positions = open_array(folder / POSTINGS)
        self._counts = open_array(folder / COUNTS)
        self.starts: npt.NDArray[np.int64] = open_array(folder / STARTS)
        held, told = (len(self._positions), len(self._counts)), int(self.starts[-1]) if len(self.starts) else -1
        if held != (told, told):
            raise IndexUnusableError(f"{folder / POSTINGS} holds {held[0]} postings, not {told}; {REBUILD}")

    def of(self, number: int) -> tuple[Positions, Counts]:
        """The passages that have a word, ascending, int32 [n], and how often in each field, uint8 [n, 3]."""
        stretch = slice(self.starts[number], self.starts[number + 1])
        return self._positions[stretch], self._counts[stretch]

    def slices(self) -> Iterator[tuple[npt.NDArray[np.int32], Positions, Counts]]:
        """All postings with the numbers of their words, a slice at a time."""
        for at in range(0, len(self._positions), SLICE):
            end = min(at + SLICE, len(self._positions))
            numbers = np.searchsorted(self.starts, np.arange(at, end), "right").astype(np.int32) - 1
            yield numbers, self._positions[at:end], self._counts[at:end]


class PostingsWriter:
    """Collects the words of passages; `finish` lays them out.

    What memory holds is a batch of passages, the words, and their commonest spellings.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, previous: Postings | None = None) -> None:
        """`previous`: postings to which new ones are added; `connection` has their words."""
        self._folder, self._connection, self._previous = folder, connection, previous
        self._tokenizer = Tokenizer()
        self._first_new = len(previous.starts) - 1 if previous else 0
        self._numbers: dict[str, int] = {}
        self._new: list[str] = []
        self._pairs: dict[tuple[int, int], int] = {}
        self._names: dict[int, str] = {}
        self._with_digits: set[int] = set()
        self._chunks: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self._waiting: list[tuple[int, Sequence[str]]] = []
        self._spill = [(folder / f"spilt-{name}").open("w+b") for name in ("words", "passages", "counts")]
        self._sizes: list[int] = []
        self.lengths = array("i")

    def add(self, position: int, fields: Sequence[str]) -> None:
        """Add a passage: its title, text and aliases. Positions ascend."""
        self._waiting.append((position, fields))
        if len(self._waiting) >= BATCH:
            self._sort_batch()

    def finish(self, gone: npt.NDArray[np.bool_]) -> None:
        """Write the files, and the words into the catalogue; `gone`, bool by position: old passages to leave out."""
        self._sort_batch()
        words = self._first_new + len(self._new)
        passages = np.zeros(words, np.int64)
        for numbers, _, _ in self._parts(gone):
            passages += np.bincount(numbers, minlength=words)
        starts = np.zeros(words + 1, np.int64)
        np.cumsum(passages, out=starts[1:])
        self._lay_out(starts, gone)
        np.save(self._folder / STARTS, starts)
        self._write_words(passages)

    def _lay_out(self, starts: npt.NDArray[np.int64], gone: npt.NDArray[np.bool_]) -> None:
        positions = new_array(self._folder / POSTINGS, np.int32, (int(starts[-1]),))
        counts = new_array(self._folder / COUNTS, np.uint8, (int(starts[-1]), FIELDS))
        free = starts[:-1].copy()
        for numbers, of, often in self._parts(gone):
            if not len(numbers):
                continue
            begins = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])
            sizes = np.diff(np.r_[begins, len(numbers)])
            places = np.repeat(free[numbers[begins]] - begins, sizes) + np.arange(len(numbers))
            positions[places], counts[places] = of, often
            free[numbers[begins]] += sizes
        positions.flush()
        counts.flush()

    def _parts(self, gone: npt.NDArray[np.bool_]) -> Iterator[tuple[npt.NDArray[np.int32], Positions, Counts]]:
        """All postings in parts, each sorted by word and position, the parts by position for each word."""
        if self._previous:
            for numbers, of, often in self._previous.slices():
                keep = ~gone[of]
                yield numbers[keep], of[keep], often[keep]
        for file in self._spill:
            file.seek(0)
        for size in self._sizes:
            numbers, of = (np.frombuffer(file.read(4 * size), np.int32) for file in self._spill[:2])
            often = np.frombuffer(self._spill[2].read(FIELDS * size), np.uint8)
            yield numbers, of, often.reshape(-1, FIELDS)

    def _write_words(self, passages: npt.NDArray[np.int64]) -> None:
        execute, many = self._connection.execute, self._connection.executemany
        first = self._first_new
        many(
            "INSERT INTO words VALUES (?, ?, ?)",
            sorted(zip(self._new, range(first, len(passages)), passages[first:].tolist(), strict=True)),
        )
        if not self._previous:
            return
        changed = np.flatnonzero(passages[:first] != np.diff(self._previous.starts)).tolist()
        execute("CREATE TEMP TABLE changed (number INTEGER PRIMARY KEY, passages INTEGER)")
        many("INSERT INTO changed VALUES (?, ?)", zip(changed, passages[changed].tolist(), strict=True))
        execute(
            "UPDATE words SET passages = (SELECT passages FROM changed WHERE changed.number = words.number)"
            " WHERE number IN (SELECT number FROM changed)"
        )
        execute("DROP TABLE changed")
        execute("DELETE FROM words WHERE passages = 0")

    def close(self) -> None:
        """Remove what was only needed until now."""
        for file in self._spill:
            file.close()
            Path(file.name).unlink(missing_ok=True)

    def _sort_batch(self) -> None:
        if not self._waiting:
            return
        self._learn({chunk for _, fields in self._waiting for text in fields for chunk in text.split()})
        numbers, sizes = array("i"), array("i")
        for _, fields in self._waiting:
            self.lengths.append(sum(self._take(text, numbers, sizes) for text in fields))
        of_field = np.repeat(np.arange(len(sizes)), np.frombuffer(sizes, np.int32))
        keys = np.frombuffer(numbers, np.int32).astype(np.int64) * (FIELDS * BATCH) + of_field
        found, often = np.unique(keys, return_counts=True)
        both = found // FIELDS
        begins = np.flatnonzero(np.r_[True, both[1:] != both[:-1]][: len(both)])
        counts = np.zeros((len(begins), FIELDS), np.uint8)
        group = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(both)]))
        counts[group, found % FIELDS] = np.minimum(often, _MAX_COUNT)
        positions = np.array([position for position, _ in self._waiting], np.int32)
        self._spill[0].write((both[begins] // BATCH).astype(np.int32).tobytes())
        self._spill[1].write(positions[both[begins] % BATCH].tobytes())
        self._spill[2].write(counts.tobytes())
        self._sizes.append(len(begins))
        self._waiting.clear()

    def _take(self, text: str, numbers: "array[int]", sizes: "array[int]") -> int:
        """Append the numbers of the words and pairs of a text; returns how many words it has."""
        before, words, last = len(numbers), 0, -1
        digits, chunks = self._with_digits, self._chunks
        for chunk in text.split():
            inside, pairs = chunks[chunk]
            if not inside:
                continue
            if last >= 0 and (last in digits or inside[0] in digits):
                numbers.append(self._pair(last, inside[0]))
            numbers.extend(inside)
            numbers.extend(pairs)
            words += len(inside)
            last = inside[-1]
        sizes.append(len(numbers) - before)
        return words

    def _learn(self, chunks: set[str]) -> None:
        """Find the words of spellings not met before."""
        if len(self._chunks) > MAX_CHUNKS:
            self._chunks.clear()
        unknown = sorted(chunks - self._chunks.keys())
        for chunk, words in zip(unknown, self._tokenizer.split(unknown), strict=True):
            inside = tuple(self._number(word) for word in words)
            pairs = tuple(self._pair(*two) for two in zip(inside, inside[1:], strict=False))
            self._chunks[chunk] = inside, pairs

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = self._known(word)
            self._names[number] = word
            if any(map(str.isdigit, word)):
                self._with_digits.add(number)
        return number

    def _pair(self, first: int, second: int) -> int:
        number = self._pairs.get((first, second))
        if number is None:
            number = self._known(pair_of(self._names[first], self._names[second]))
            self._pairs[first, second] = number
        return number

    def _known(self, word: str) -> int:
        """The number of a word met for the first time in this run."""
        if self._previous:
            row = self._connection.execute("SELECT number FROM words WHERE word = ?", (word,)).fetchone()
            if row:
                return int(row[0])
        self._new.append(word)
        return self._first_new + len(self._new) - 1


def pair_of(first: str, second: str) -> str:
    """The name of two neighbouring words as one."""
    return f" {first} {second}"
