"""The values of all records in tables of the catalogue: which label states them, and which products."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.document import Document
from retrieval.language.quantities import quantity_of
from retrieval.values.value_keys import forms_in, key_of, value_key, values_in

VALUES_SCHEMA = """
CREATE TABLE value_texts (
    id INTEGER PRIMARY KEY, label TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    denies INTEGER NOT NULL, number REAL, UNIQUE (label, key)
);
CREATE INDEX value_texts_key ON value_texts (key);
CREATE TABLE value_words (word TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (word, value)) WITHOUT ROWID;
CREATE TABLE value_products (
    value INTEGER NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (value, document_id)
) WITHOUT ROWID;
CREATE INDEX value_products_document ON value_products (document_id);
"""
BRAND = "brand"
_OWN_COLUMNS = frozenset({"price", "stock"})  # slugs of facts that the documents' own columns hold
_MERE = re.compile(r"(?:yes|no|true|false|y|n|none|x|✓|✗)\.?", re.IGNORECASE)
_DENIES = re.compile(r"(?:no|none|not|false|n|without|unavailable|never|nein|non|0)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value that records state under a label; `denies` when it says no, or that there is none."""

    label: str
    key: str
    text: str
    denies: bool
    number: float | None


@dataclass(frozen=True, slots=True)
class LabelProfile:
    """What stands under a label: how many values, how many of them are numbers, and whether all are a yes or a no."""

    label: str
    values: int
    numbers: int
    denials: int
    is_mere: bool


class ValueWriter:
    """Writes the values of products into tables that are there; the caller commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[tuple[str, str], int] = {}

    def add(self, product: Document) -> None:
        """Add what the facts of one product state, and its brand."""
        stated = dict.fromkeys(_stated(product))
        rows = ((self._id(label, text), product.id) for label, text in stated if value_key(text))
        self._connection.executemany("INSERT OR IGNORE INTO value_products VALUES (?, ?)", rows)

    def remove(self, product_id: str) -> None:
        """Forget what a product states, and the values that no other one does."""
        connection = self._connection
        sql = "SELECT value FROM value_products WHERE document_id = ?"
        values = connection.execute(sql, (product_id,)).fetchall()
        connection.execute("DELETE FROM value_products WHERE document_id = ?", (product_id,))
        unused = "NOT EXISTS (SELECT 1 FROM value_products p WHERE p.value = ?1)"
        connection.executemany(f"DELETE FROM value_words WHERE value = ?1 AND {unused}", values)
        connection.executemany(f"DELETE FROM value_texts WHERE id = ?1 AND {unused}", values)
        self._ids.clear()

    def _id(self, label: str, text: str) -> int:
        key = value_key(text)
        known = self._ids.get((label, key))
        if known is None:
            known = self._ids[label, key] = self._found(label, key) or self._added(label, key, text)
        return known

    def _found(self, label: str, key: str) -> int | None:
        sql = "SELECT id FROM value_texts WHERE label = ? AND key = ?"
        row = self._connection.execute(sql, (label, key)).fetchone()
        return int(row[0]) if row else None

    def _added(self, label: str, key: str, text: str) -> int:
        sql = "INSERT INTO value_texts (label, key, text, denies, number) VALUES (?, ?, ?, ?, ?)"
        row = (label, key, text, int(denies(text)), _number_of(text))
        new = self._connection.execute(sql, row).lastrowid
        words = ((word, new) for word in forms_in(text))
        self._connection.executemany("INSERT OR IGNORE INTO value_words VALUES (?, ?)", words)
        return int(new or 0)


def denies(text: str) -> bool:
    """Whether a value says no, or that there is none: `no parking`."""
    return _DENIES.match(text.strip()) is not None


def _stated(product: Document) -> Iterator[tuple[str, str]]:
    """The values of a product with their labels."""
    for fact in product.facts:
        if fact.slug not in _OWN_COLUMNS and " in " not in fact.label:
            yield from ((fact.label, text) for text in values_in(fact.text))
    if product.brand:
        yield BRAND, product.brand


def _number_of(text: str) -> float | None:
    """The number that a value is, in base units where it has a unit."""
    if _NUMBER.fullmatch(text.strip()):
        return float(text)
    quantity = quantity_of(text)
    return quantity.value if quantity else None


def is_shared(rows: Rows, tokens: Sequence[str]) -> bool:
    """Whether several products state a value that is written in these tokens, under whatever label."""
    sql = "SELECT 1 FROM value_texts v JOIN value_products p ON p.value = v.id WHERE v.key = ? LIMIT 2"
    return len(rows(sql, (key_of(tokens),))) > 1


class ValueIndex:
    """Looks values up in a catalogue that does not change; thread-safe as `rows` is."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.labels = {profile.label: profile for profile in self._profiles()}

    def _profiles(self) -> Iterator[LabelProfile]:
        sql = "SELECT label, count(*), count(number), sum(denies) FROM value_texts GROUP BY label"
        for label, values, numbers, denials in self._rows(sql, ()):
            few = "SELECT text FROM value_texts WHERE label = ? LIMIT 5"
            texts = [text for (text,) in self._rows(few, (label,))] if values < 5 else []
            is_mere = bool(texts) and all(map(_MERE.fullmatch, texts))
            yield LabelProfile(label, values, numbers, denials, is_mere)

    def find(self, keys: Sequence[str]) -> list[StatedValue]:
        """The values that have one of `keys`, by label and key."""
        marks = ", ".join("?" * len(keys))
        return self._read(f"key IN ({marks})", tuple(keys))

    def with_words(self, forms: Sequence[str], limit: int) -> list[StatedValue]:
        """At most `limit` values whose texts have all of `forms`, by label and key."""
        test = " AND ".join(["id IN (SELECT value FROM value_words WHERE word = ?)"] * len(forms))
        return self._read(f"{test or 'FALSE'} LIMIT {limit}", tuple(forms))

    def of(self, label: str, limit: int) -> list[StatedValue]:
        """At most `limit` values of a label."""
        return self._read(f"label = ? LIMIT {limit}", (label,))

    def _read(self, test: str, parameters: Sequence[object]) -> list[StatedValue]:
        sql = f"SELECT label, key, text, denies, number FROM value_texts WHERE {test}"
        rows = self._rows(sql, parameters)
        found = (StatedValue(label, key, text, bool(no), number) for label, key, text, no, number in rows)
        return sorted(found, key=lambda value: (value.label, value.key))
