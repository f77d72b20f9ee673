"""Reads turns against the labels of a catalogue that is open: they are encoded once, and turns are read once."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from retrieval.reading.reading import Reading, TurnReading
from retrieval.reading.schema import EncodedSchema, Label

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]

PRODUCTS_LOOKED_AT = 4000  # whose values are counted
MOST_LABELS = 40  # those that most products have: a turn takes longer with each
MOST_SAMPLES, FEW_SAMPLES = 16, 6  # values of a label, and of one whose values are nearly all different
LONGEST_SAMPLE = 40  # characters: what is longer is a sentence
END_OF_REPLY = 90  # characters of the reply that are read: encoding it takes most of the time
TURNS_REMEMBERED = 256

_LIST = re.compile(r"[,;|]\s+|\s+(?:and|&|[|/])\s+")
_VALUES = """
SELECT f.label, f.text, count(*) FROM facts f
WHERE f.document_id IN (SELECT id FROM documents WHERE kind = 'product' ORDER BY id LIMIT ?)
GROUP BY f.label, f.text ORDER BY count(*) DESC, f.text
"""
_BRANDS = """
SELECT 'brand', brand, count(*) FROM documents WHERE kind = 'product' AND brand <> ''
GROUP BY brand ORDER BY count(*) DESC, brand LIMIT ?
"""


class ReadsTurns(Protocol):
    """What reads turns against an encoded schema."""

    def schema(self, labels: Sequence[Label]) -> EncodedSchema: ...

    def read(self, text: str, previous_reply: str, schema: EncodedSchema) -> Reading: ...


class TurnReader:
    """Reads turns against one catalogue; thread-safe.

    The labels are encoded when the first turn is read, or by `prepare`. A catalogue without any reads nothing.
    """

    def __init__(self, reader: ReadsTurns, labels: Sequence[Label]) -> None:
        self._reader = reader
        self._labels = tuple(labels)
        self._names = frozenset(label.name for label in labels)
        self._schema: EncodedSchema | None = None
        self._lock = threading.Lock()
        self._read = lru_cache(maxsize=TURNS_REMEMBERED)(self._read_anew)

    def prepare(self) -> EncodedSchema:
        """Encode the labels, where that is not done; raises ValueError without a label."""
        with self._lock:
            if self._schema is None:
                self._schema = self._reader.schema(self._labels)
            return self._schema

    def read(self, text: str, previous_reply: str = "") -> TurnReading:
        """What a turn means that follows a reply (`""`: none)."""
        return self._read(text, _end_of(previous_reply)) if self._labels else TurnReading()

    def _read_anew(self, text: str, previous_reply: str) -> TurnReading:
        return TurnReading(self._reader.read(text, previous_reply, self.prepare()), self._names)


def labels_of(rows: Rows) -> list[Label]:
    """The labels that most products of a catalogue have, with the values that most have as samples.

    `rows` runs a query on the catalogue. Of a cell that lists values, each is one.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for label, text, count in [*rows(_VALUES, (PRODUCTS_LOOKED_AT,)), *rows(_BRANDS, (PRODUCTS_LOOKED_AT,))]:
        for value in _parts(text):
            counts[label][value] += count
    by_use = sorted(counts, key=lambda label: -sum(counts[label].values()))
    return [Label(label, "", _samples(counts[label])) for label in by_use[:MOST_LABELS]]


def _parts(text: str) -> Iterable[str]:
    """The values that a cell states, `""` for a sentence; the label counts for it nevertheless."""
    parts = [part for part in _LIST.split(text) if part]
    return parts if all(len(part) <= LONGEST_SAMPLE for part in parts) else ("",)


def _samples(counts: dict[str, int]) -> tuple[str, ...]:
    """The values of a label that are stated most, fewer where hardly one is stated twice."""
    most = MOST_SAMPLES if 2 * len(counts) <= sum(counts.values()) else FEW_SAMPLES
    ranked = sorted((value for value in counts if value), key=lambda value: (-counts[value], value))
    return tuple(ranked[:most])


def _end_of(reply: str) -> str:
    """The end of a reply, from the beginning of a word."""
    return reply if len(reply) <= END_OF_REPLY else reply[-END_OF_REPLY:].partition(" ")[2]
