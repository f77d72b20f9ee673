"""The documents and passages in one SQLite file, with a full-text index over the passages."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from retrieval.chunking import Chunk
from retrieval.document import CONCEPT, Document, Fact
from retrieval.errors import RetrievalError
from retrieval.passage import Passage

FILTERS_REMEMBERED = 256

# Porter stemming joins "weighs" and "weight"-like forms; unicode61 folds case and accents. The text index keeps no
# copy of the text (content=''): the passages table has it.
_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, aliases TEXT NOT NULL,
    brand TEXT NOT NULL, category TEXT NOT NULL, about TEXT NOT NULL, rating INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_about ON documents (about, id);
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
    connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    facts = ((d.id, ordinal, *astuple(fact)) for ordinal, fact in enumerate(d.facts))
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages may be found: of one kind, of one document, or of the reviews `about` one product.

    Concepts are found only when they are the kind that is asked for.
    """

    kind: str | None = None
    document_id: str | None = None
    about: str | None = None

    def as_sql(self) -> tuple[str, tuple[str, ...]]:
        """A query for the positions of the passages that pass, and its parameters."""
        tests = {"p.kind": self.kind, "p.document_id": self.document_id, "d.about": self.about}
        chosen = {column: value for column, value in tests.items() if value is not None}
        join = " JOIN documents d ON d.id = p.document_id" if self.about is not None else ""
        where = " AND ".join(f"{column} = ?" for column in chosen) or f"p.kind <> '{CONCEPT}'"
        return f"SELECT p.position FROM passages p{join} WHERE {where}", tuple(chosen.values())


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
        chosen = "WHERE kind = ?" if kind else ""
        parameters = (kind,) if kind else ()
        facts: dict[str, list[Fact]] = {}
        for document_id, *fact in self.rows(
            "SELECT document_id, slug, label, text, number FROM facts ORDER BY document_id, ordinal"
        ):
            facts.setdefault(document_id, []).append(Fact(*fact))
        rows = self.rows(f"SELECT * FROM documents {chosen} ORDER BY id", parameters)
        return [_document(row, facts.get(row[0], [])) for row in rows]

    def document(self, document_id: str) -> Document | None:
        """The document called `document_id`, or None."""
        rows = self.rows("SELECT * FROM documents WHERE id = ?", (document_id,))
        facts = self.rows(
            "SELECT slug, label, text, number FROM facts WHERE document_id = ? ORDER BY ordinal",
            (document_id,),
        )
        return _document(rows[0], [Fact(*fact) for fact in facts]) if rows else None

    def reviews(self, product_id: str) -> list[Document]:
        """The reviews of the product called `product_id`, by id."""
        rows = self.rows("SELECT * FROM documents WHERE about = ? ORDER BY id", (product_id,))
        return [_document(row, []) for row in rows]

    def _read_positions(self, chosen: Filter) -> tuple[int, ...]:
        sql, parameters = chosen.as_sql()
        return tuple(row[0] for row in self.rows(sql, parameters))

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
