"""The documents and passages in one SQLite file, with a full-text index over the passages."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from retrieval.chunking import Chunk
from retrieval.document import Document, Fact
from retrieval.errors import RetrievalError
from retrieval.filtering import Filter as Filter
from retrieval.filtering import category_key, folded, in_stock, price_of
from retrieval.passage import Passage

FILTERS_REMEMBERED = 256
_FIELDS = "id, kind, title, text, aliases, brand, category, about, rating"
_ORDERS = ("id", "price", "title")
_NAMES = "SELECT min({0}) FROM documents WHERE {0}_key <> '' GROUP BY {0}_key ORDER BY {0}_key"

# Porter stemming joins "weighs" and "weight"-like forms; unicode61 folds case and accents. The text index keeps no
# copy of the text (content=''): the passages table has it.
_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, aliases TEXT NOT NULL,
    brand TEXT NOT NULL, category TEXT NOT NULL, about TEXT NOT NULL, rating INTEGER NOT NULL,
    brand_key TEXT NOT NULL, category_key TEXT NOT NULL, price REAL, in_stock INTEGER
) WITHOUT ROWID;
CREATE INDEX documents_kind ON documents (kind, id);
CREATE INDEX documents_about ON documents (about, id) WHERE about <> '';
CREATE INDEX documents_brand ON documents (brand_key, price) WHERE brand_key <> '';
CREATE INDEX documents_category ON documents (category_key, price) WHERE category_key <> '';
CREATE INDEX documents_price ON documents (price) WHERE price IS NOT NULL;
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
CREATE VIRTUAL TABLE passage_words USING fts5 (
    title, text, aliases, content = '', tokenize = 'porter unicode61 remove_diacritics 2', prefix = '3'
);
"""


class CatalogueWriter:
    """Writes a new catalogue file document by document; a context manager that closes it.

    Without `finish` what was written is lost.
    """

    def __init__(self, path: Path) -> None:
        self.documents = 0
        self.passages = 0
        self._connection = sqlite3.connect(path)
        self._connection.executescript(_SCHEMA)

    def __enter__(self) -> "CatalogueWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, document: Document, chunks: Sequence[Chunk]) -> int:
        """Add a document with its passages; returns the position of the first, the others follow.

        Raises RetrievalError when an id is there already.
        """
        first = self.passages
        try:
            _insert_document(self._connection, document)
            self._connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                ((at, c.id, c.document_id, c.kind, c.title, c.text) for at, c in enumerate(chunks, first)),
            )
        except sqlite3.IntegrityError as error:
            raise RetrievalError(f"two documents share an id ({error}); give each its own") from error
        self._connection.executemany(
            "INSERT INTO passage_words (rowid, title, text, aliases) VALUES (?, ?, ?, ?)",
            ((at, c.title, c.text, c.aliases) for at, c in enumerate(chunks, first)),
        )
        self.documents += 1
        self.passages += len(chunks)
        return first

    def finish(self) -> None:
        """Bring the word index into its final order and write everything."""
        self._connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
        self._connection.commit()


def _insert_document(connection: sqlite3.Connection, document: Document) -> None:
    d = document
    aliases = json.dumps(d.aliases)
    row = (d.id, d.kind, d.title, d.text, aliases, d.brand, d.category, d.about, d.rating)
    keys = (folded(d.brand), category_key(d.category), price_of(d), in_stock(d))
    connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *keys))
    facts = ((d.id, ordinal, *astuple(fact)) for ordinal, fact in enumerate(d.facts))
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)


class Catalogue:
    """A catalogue file opened for reading.

    Thread-safe: each query borrows a connection from a pool that grows to the number of simultaneous queries.
    Close it, or use it as a context manager.
    """

    def __init__(self, path: Path) -> None:
        self._uri = f"{Path(path).resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        # The file never changes, so what a filter lets pass is read once.
        self.positions = lru_cache(maxsize=FILTERS_REMEMBERED)(self._read_positions)

    def __enter__(self) -> "Catalogue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every idle connection now and each busy one when its query ends; later queries raise."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._closed:
                raise RetrievalError("the catalogue is closed; open the index again")
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            # A connection is used by one thread at a time but not always by the same one.
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one reading query and return all its rows."""
        with self._connection() as connection:
            return connection.execute(sql, parameters).fetchall()

    def count(self, table: str) -> int:
        """Rows of `documents` or `passages`."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def documents(self, kind: str | None = None) -> list[Document]:
        """All documents, or those of one kind, by id."""
        chosen, parameters = ("WHERE kind = ?", (kind,)) if kind else ("", ())
        return self._documents(f"SELECT id FROM documents {chosen}", parameters)

    def document(self, document_id: str) -> Document | None:
        """The document called `document_id`, or None."""
        return next(iter(self._documents("SELECT ?", (document_id,))), None)

    def documents_of(self, document_ids: Sequence[str]) -> list[Document]:
        """The documents called so, in that order; ids that no document has are left out."""
        marks = ", ".join("?" * len(document_ids))
        found = {document.id: document for document in self._documents(marks, document_ids)}
        return [found[document_id] for document_id in dict.fromkeys(document_ids) if document_id in found]

    def chosen(self, chosen: Filter, limit: int, *, by: str = "id", descending: bool = False) -> list[Document]:
        """The first `limit` documents that pass a filter, by `id`, `price` or `title`; nothing known comes last."""
        if by not in _ORDERS:
            raise ValueError(f"by is {by!r}; choose one of {', '.join(_ORDERS)}")
        where, parameters = chosen.as_sql()
        order = f"d.{by} IS NULL, d.{by} {'DESC' if descending else 'ASC'}, d.id"
        rows = self.rows(f"SELECT d.id FROM documents d WHERE {where} ORDER BY {order} LIMIT ?", (*parameters, limit))
        return self.documents_of([row[0] for row in rows])

    def count_chosen(self, chosen: Filter) -> int:
        """How many documents pass a filter."""
        where, parameters = chosen.as_sql()
        return int(self.rows(f"SELECT count(*) FROM documents d WHERE {where}", parameters)[0][0])

    def brands(self) -> list[str]:
        """Every brand once, in the spelling of its first product, in the order of the alphabet."""
        return [row[0] for row in self.rows(_NAMES.format("brand"))]

    def categories(self) -> list[str]:
        """Every category that a product stands in, as a path, once, in the order of the alphabet."""
        return [row[0] for row in self.rows(_NAMES.format("category"))]

    def _documents(self, ids: str, parameters: Sequence[object]) -> list[Document]:
        """The documents whose ids a query gives, by id."""
        facts: dict[str, list[Fact]] = {}
        for document_id, *fact in self.rows(
            "SELECT document_id, slug, label, text, number FROM facts"
            f" WHERE document_id IN ({ids}) ORDER BY document_id, ordinal",
            parameters,
        ):
            facts.setdefault(document_id, []).append(Fact(*fact))
        rows = self.rows(f"SELECT {_FIELDS} FROM documents WHERE id IN ({ids}) ORDER BY id", parameters)
        return [_document(row, facts.get(row[0], [])) for row in rows]

    def reviews(self, product_id: str) -> list[Document]:
        """The reviews of the product called `product_id`, by id."""
        return self._documents("SELECT id FROM documents WHERE about = ?", (product_id,))

    def _read_positions(self, chosen: Filter) -> tuple[int, ...]:
        where, parameters = chosen.as_sql()
        sql = f"SELECT p.position FROM documents d JOIN passages p ON p.document_id = d.id WHERE {where}"
        return tuple(sorted(row[0] for row in self.rows(sql, parameters)))

    def positions_of(self, passage_ids: Sequence[str]) -> dict[str, int]:
        """The positions of passages by id; ids that no passage has are left out."""
        marks = ", ".join("?" * len(passage_ids))
        return dict(self.rows(f"SELECT id, position FROM passages WHERE id IN ({marks})", passage_ids))

    def passages(self, scores: dict[int, float]) -> list[Passage]:
        """The passages at the positions that are the keys of `scores`, in that order, each with its score."""
        marks = ", ".join("?" * len(scores))
        rows = self.rows(
            f"SELECT position, id, document_id, kind, title, text FROM passages WHERE position IN ({marks})",
            tuple(scores),
        )
        found = {row[0]: _passage(row, scores[row[0]]) for row in rows}
        return [found[position] for position in scores]


def _document(row: tuple[Any, ...], facts: list[Fact]) -> Document:
    document_id, kind, title, text, aliases, brand, category, about, rating = row
    return Document(
        document_id,
        kind,
        title,
        text,
        tuple(json.loads(aliases)),
        tuple(facts),
        brand,
        category,
        about,
        rating,
    )


def _passage(row: tuple[Any, ...], score: float) -> Passage:
    _, passage_id, document_id, kind, title, text = row
    return Passage(passage_id, document_id, kind, title, text, score)
