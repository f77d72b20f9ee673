"""Writes a catalogue: documents and passages into SQLite, words and filter columns into files next to it."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np

from retrieval.document import PRODUCT, Document
from retrieval.errors import RetrievalError
from retrieval.filtering import category_key, folded, in_stock, price_of
from retrieval.index import postings
from retrieval.index.catalogue import CATALOGUE, Catalogue
from retrieval.index.chunking import Chunk
from retrieval.index.filter_columns import NONE, Columns, ColumnsWriter
from retrieval.index.name_index import NAMES_SCHEMA, NameWriter
from retrieval.index.postings import PostingsWriter
from retrieval.values.value_index import VALUES_SCHEMA, ValueWriter

_SCHEMA = f"""
CREATE TABLE documents (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, aliases TEXT NOT NULL,
    brand TEXT NOT NULL, category TEXT NOT NULL, about TEXT NOT NULL, rating INTEGER NOT NULL,
    brand_key TEXT NOT NULL, category_key TEXT NOT NULL, price REAL, in_stock INTEGER
) WITHOUT ROWID;
CREATE INDEX documents_kind ON documents (kind, id);
CREATE INDEX documents_about ON documents (about, id);
CREATE INDEX documents_brand ON documents (brand_key, kind, price);
CREATE INDEX documents_category ON documents (category_key, kind, price);
CREATE INDEX documents_price ON documents (kind, price);
CREATE TABLE facts (
    document_id TEXT NOT NULL REFERENCES documents (id), ordinal INTEGER NOT NULL,
    slug TEXT NOT NULL, label TEXT NOT NULL, text TEXT NOT NULL, number REAL,
    PRIMARY KEY (document_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE passages (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX passages_document ON passages (document_id);
CREATE TABLE keys (
    field TEXT NOT NULL, key TEXT NOT NULL, code INTEGER NOT NULL, PRIMARY KEY (field, key)
) WITHOUT ROWID;
{postings.SCHEMA}
{NAMES_SCHEMA}
{VALUES_SCHEMA}
"""


class CatalogueWriter:
    """Writes a catalogue document by document; a context manager that closes it. Without `finish` it is of no use.

    With a `previous` catalogue, whose file has been copied to the folder, documents are added to that one, put in the
    place of what they change, and removed.
    """

    def __init__(self, folder: Path, previous: Catalogue | None = None) -> None:
        self._folder, self._previous = folder, previous
        self._connection = sqlite3.connect(folder / CATALOGUE)
        if previous is None:
            self._connection.executescript(_SCHEMA)
        self._connection.execute("PRAGMA synchronous = OFF")  # the folder counts for nothing until all of it is synced
        self._connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no bytes in this file
        self._names = NameWriter(self._connection)
        self._values = ValueWriter(self._connection)
        self._codes: dict[tuple[str, str], int] = {
            (field, key): code for field, key, code in self._connection.execute("SELECT * FROM keys")
        }
        self._free_code = max(self._codes.values(), default=NONE) + 1
        self.first = len(previous.columns) if previous else 0
        self._next = self.first
        self.gone = np.zeros(self.first, bool)
        self._columns = ColumnsWriter()
        self._postings = PostingsWriter(folder, self._connection, previous.postings if previous else None)

    def __enter__(self) -> "CatalogueWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._postings.close()
        self._connection.close()

    def add(self, document: Document, chunks: Sequence[Chunk]) -> int:
        """Add a document with its passages; returns the position of the first, the others follow.

        Raises RetrievalError when an id is there already.
        """
        first = self._next
        try:
            _insert_document(self._connection, document)
            self._connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                ((at, c.id, c.document_id, c.kind, c.title, c.text) for at, c in enumerate(chunks, first)),
            )
        except sqlite3.IntegrityError as error:
            raise RetrievalError(
                f"two documents or facts share an id ({document.id}: {error}); give each its own"
            ) from error
        if document.kind == PRODUCT:
            self._names.add(document)
            self._values.add(document)
        for at, chunk in enumerate(chunks, first):
            self._postings.add(at, (chunk.title, chunk.text, chunk.aliases))
        codes = (
            self._code("kind", document.kind),
            self._code("brand", folded(document.brand)),
            self._code("category", category_key(document.category)),
        )
        self._columns.add(len(chunks), codes, price_of(document), in_stock(document))
        self._next += len(chunks)
        return first

    def remove(self, document_ids: Iterable[str]) -> None:
        """Remove documents that the previous catalogue has."""
        for document_id in document_ids:
            self._names.remove(document_id)
            self._values.remove(document_id)
            rows = self._connection.execute("SELECT position FROM passages WHERE document_id = ?", (document_id,))
            self.gone[[position for (position,) in rows]] = True
            for table, column in (("passages", "document_id"), ("facts", "document_id"), ("documents", "id")):
                self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (document_id,))

    def finish(self) -> tuple[int, int]:
        """Write everything; returns how many documents and passages there are."""
        self._postings.finish(self.gone)
        columns = self._columns.finish(self._postings.lengths)
        if self._previous:
            columns = self._previous.columns.joined(columns, self.gone)
        columns.save(self._folder)
        if self._previous:
            self._drop_unused(columns)
        self._connection.commit()
        counts = self._connection.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)")
        documents, passages = counts.fetchone()
        return documents, passages

    def _code(self, field: str, key: str) -> int:
        if not key:
            return NONE
        code = self._codes.get((field, key))
        if code is None:
            code = self._codes[field, key] = self._free_code
            self._free_code += 1
            self._connection.execute("INSERT INTO keys VALUES (?, ?, ?)", (field, key, code))
        return code

    def _drop_unused(self, columns: Columns) -> None:
        """Remove the brands and categories that no passage has any longer."""
        used = np.unique(np.concatenate([columns.kinds, columns.brands, columns.categories])).tolist()
        rows = [(code,) for code in set(self._codes.values()).difference(used)]
        self._connection.executemany("DELETE FROM keys WHERE code = ?", rows)


def _insert_document(connection: sqlite3.Connection, document: Document) -> None:
    d = document
    aliases = json.dumps(d.aliases)
    row = (d.id, d.kind, d.title, d.text, aliases, d.brand, d.category, d.about, d.rating)
    keys = (folded(d.brand), category_key(d.category), price_of(d), in_stock(d))
    connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *keys))
    facts = ((d.id, ordinal, *astuple(fact)) for ordinal, fact in enumerate(d.facts))
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)
