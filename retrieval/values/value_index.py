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
    denies INTEGER NOT NULL, number REAL, unit TEXT NOT NULL, UNIQUE (label, key)
);
CREATE INDEX value_texts_key ON value_texts (key);
CREATE TABLE value_words (word TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (word, value)) WITHOUT ROWID;
CREATE TABLE value_products (
    value INTEGER NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (value, document_id)
) WITHOUT ROWID;
CREATE INDEX value_products_document ON value_products (document_id);
"""
BRAND = "brand"
SENTENCE = "~"  # the key of what is too long for a value: that something is stated
_DENIAL = re.compile(r"(?:no|none|not|nothing|false)(?: available| included| allowed)?", re.IGNORECASE)
_OWN_COLUMNS = frozenset({"price", "stock"})  # slugs of facts that the documents' own columns hold
_MERE = re.compile(r"(?:yes|no|true|false|y|n|none|x|✓|✗)\.?", re.IGNORECASE)
_DENIES = re.compile(r"(?:no|none|nothing|not|false|n|without|unavailable|never|nein|non|0)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?![\w.])")
_OUT_OF = re.compile(r"^\s*(?:out of|of|/)\s*\d+")
MOST_BEHIND = 4  # words of a value that is a number: more say something else

Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value that records state under a label; `denies` when it says no, or that there is none.

    `number` is in base units where `unit` names one.
    """

    label: str
    key: str
    text: str
    denies: bool
    number: float | None


@dataclass(frozen=True, slots=True)
class LabelProfile:
    """What stands under a label: how many values, how many of them are numbers, and whether all are a yes or a no.

    `units` are the base units that they have.
    """

    label: str
    values: int
    numbers: int
    denials: int
    is_mere: bool
    units: frozenset[str] = frozenset()


class ValueWriter:
    """Writes the values of products into tables that are there; the caller commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids: dict[tuple[str, str], int] = {}

    def add(self, product: Document) -> None:
        """Add what the facts of one product state, and its brand."""
        stated = dict.fromkeys(_stated(product))
        rows = ((self._id(label, text), product.id) for label, text in stated)
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
        key = _key_of(text)
        known = self._ids.get((label, key))
        if known is None:
            known = self._ids[label, key] = self._found(label, key) or self._added(label, key, text)
        return known

    def _found(self, label: str, key: str) -> int | None:
        sql = "SELECT id FROM value_texts WHERE label = ? AND key = ?"
        row = self._connection.execute(sql, (label, key)).fetchone()
        return int(row[0]) if row else None

    def _added(self, label: str, key: str, text: str) -> int:
        sql = "INSERT INTO value_texts (label, key, text, denies, number, unit) VALUES (?, ?, ?, ?, ?, ?)"
        shown = "" if key.startswith(SENTENCE) else text
        row = (label, key, shown, int(denies(text)), *_number_of(shown))
        new = self._connection.execute(sql, row).lastrowid
        words = ((word, new) for word in forms_in(text) if not key.startswith(SENTENCE))
        self._connection.executemany("INSERT OR IGNORE INTO value_words VALUES (?, ?)", words)
        return int(new or 0)


def denies(text: str) -> bool:
    """Whether a value says no, or that there is none: `no parking`."""
    return _DENIES.match(text.strip()) is not None


def _stated(product: Document) -> Iterator[tuple[str, str]]:
    """The values of a product with their labels; of a sentence that lists none, its beginning."""
    for fact in product.facts:
        if fact.slug not in _OWN_COLUMNS and " in " not in fact.label:
            values = [text for text in values_in(fact.text) if value_key(text)]
            if len(values) > 1 and _DENIAL.fullmatch(values[1]):
                values = values[1:2]  # "none, by design" has no design
            yield from ((fact.label, text) for text in values or [fact.text])
    if value_key(product.brand):
        yield BRAND, product.brand


def _key_of(text: str) -> str:
    """The key of a value; of a sentence, whether it denies."""
    if next(values_in(text), ""):
        return value_key(text)
    return f"{SENTENCE}no" if denies(text) else SENTENCE


def _number_of(text: str) -> tuple[float | None, str]:
    """The number that a value is, and its base unit, or none: `4`, `4.5 out of 5`, `1.2 kilograms`, `75 a night`."""
    if quantity := quantity_of(text):
        return quantity.value, quantity.unit
    found = _NUMBER.match(text.strip())
    is_one = (
        found and len(text.split()) <= MOST_BEHIND and not any(map(str.isdigit, _OUT_OF.sub("", text[found.end() :])))
    )
    return (float(found[0]) if found and is_one else None), ""


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
            in_units = "SELECT DISTINCT unit FROM value_texts WHERE label = ? AND unit <> ''"
            units = frozenset(unit for (unit,) in self._rows(in_units, (label,)))
            few = "SELECT text FROM value_texts WHERE label = ? LIMIT 5"
            texts = [text for (text,) in self._rows(few, (label,))] if values < 5 else []
            is_mere = bool(texts) and all(map(_MERE.fullmatch, texts))
            yield LabelProfile(label, values, numbers, denials, is_mere, units)

    def find(self, keys: Sequence[str]) -> list[StatedValue]:
        """The values that have one of `keys`, by label and key."""
        marks = ", ".join("?" * len(keys))
        return self._read(f"key IN ({marks})", tuple(keys))

    def count(self, values: Sequence[StatedValue]) -> int:
        """How many products state one of some values."""
        tests = " OR ".join(["(v.label = ? AND v.key = ?)"] * len(values)) or "FALSE"
        joined = "value_texts v JOIN value_products p ON p.value = v.id"
        sql = f"SELECT count(DISTINCT p.document_id) FROM {joined} WHERE {tests}"
        return int(self._rows(sql, [part for each in values for part in (each.label, each.key)])[0][0])

    def known_words(self, forms: Sequence[str]) -> set[str]:
        """Those of `forms` that stand in a value."""
        sql = f"SELECT DISTINCT word FROM value_words WHERE word IN ({', '.join('?' * len(forms))})"
        return {word for (word,) in self._rows(sql, tuple(forms))}

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
