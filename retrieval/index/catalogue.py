"""The documents and passages in one SQLite file, with the words and filter columns of the passages next to it."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.document import CONCEPT, PRODUCT, REVIEW, Document, Fact
from retrieval.errors import IndexUnusableError, RetrievalError
from retrieval.filtering import Filter, Selection, category_range, folded
from retrieval.index.filter_columns import NONE, Columns
from retrieval.index.generations import hold, release
from retrieval.index.manifest import REBUILD
from retrieval.index.postings import Postings
from retrieval.language.remembering import Remembered
from retrieval.passage import Passage

CATALOGUE = "catalogue.sqlite"
FILTERS_REMEMBERED = 64
PASSAGES_REMEMBERED = 4096
DOCUMENTS_REMEMBERED = 1024
FEW_KEYS = 2
_OF_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_FIELDS = "id, kind, title, text, aliases, brand, category, about, rating"
_MOST_IMPORTANT = """
SELECT d.id, d.title, d.aliases FROM documents d WHERE d.kind = ?
ORDER BY d.in_stock IS 0, (SELECT count(*) FROM documents r WHERE r.about = d.id) DESC, d.id LIMIT ?
"""


class Catalogue:
    """A catalogue opened for reading: `columns` and `postings` are by the position of a passage.

    Thread-safe: each query borrows a connection from a pool that grows to the number of simultaneous queries.
    Close it, or use it as a context manager.
    """

    def __init__(self, folder: Path) -> None:
        self._release = weakref.finalize(self, release, hold(folder), Path(folder))
        self._path = Path(folder) / CATALOGUE
        _require_whole(self._path)
        self._uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        self.columns = Columns.load(folder)
        self.postings = Postings(folder)
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        # The file never changes, so what a filter lets pass is found out once.
        self.select = lru_cache(maxsize=FILTERS_REMEMBERED)(self._select)
        self._by_code = lru_cache(maxsize=None)(self._ordered)
        self._but_concepts = lru_cache(maxsize=1)(self._without_concepts)
        self._passages = Remembered[int, tuple[str, str, str, str, str]](PASSAGES_REMEMBERED)
        self._known = Remembered[str, Document](DOCUMENTS_REMEMBERED)

    def __enter__(self) -> "Catalogue":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every idle connection now and each busy one when its query ends; later queries raise."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        self._release()
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
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_DAMAGE:
                raise IndexUnusableError(f"{self._path} cannot be read ({error}); {REBUILD}") from error
            raise
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

    def stream(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Run one reading query and give its rows one after the other; the connection is busy until the last."""
        with self._connection() as connection, closing(connection.execute(sql, parameters)) as cursor:
            yield from cursor

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

    def has(self, document_id: str) -> bool:
        """Whether there is a document called `document_id`."""
        return bool(self.rows("SELECT 1 FROM documents WHERE id = ?", (document_id,)))

    def documents_of(self, document_ids: Sequence[str]) -> list[Document]:
        """The documents called so, in that order; ids that no document has are left out."""
        found = self._known.of(document_ids, self._read_documents)
        return [found[document_id] for document_id in dict.fromkeys(document_ids) if document_id in found]

    def _read_documents(self, document_ids: Sequence[str]) -> dict[str, Document]:
        marks = ", ".join("?" * len(document_ids))
        return {document.id: document for document in self._documents(marks, document_ids)}

    def labels(self) -> list[str]:
        """The labels of all facts of products, by the alphabet; `brand` is among them where a product has one."""
        sql = "SELECT DISTINCT label FROM facts WHERE document_id >= ? AND document_id < ?"
        found = {label for (label,) in self.rows(sql, (f"{PRODUCT}:", f"{PRODUCT};"))}
        if self.rows("SELECT 1 FROM keys WHERE field = 'brand' LIMIT 1"):
            found.add("brand")
        return sorted(found)

    def important_names(self, limit: int) -> list[tuple[str, ...]]:
        """The names of at most `limit` products, titles first; those not out of stock and much reviewed come first."""
        rows = self.rows(_MOST_IMPORTANT, (PRODUCT, limit))
        return [(title, *json.loads(aliases)) for _, title, aliases in rows]

    def important_products(self, limit: int) -> list[Document]:
        """At most `limit` products, in the order of `important_names`."""
        return self.documents_of([row[0] for row in self.rows(_MOST_IMPORTANT, (PRODUCT, limit))])

    def titles(self, kind: str) -> list[str]:
        """The titles of the documents of one kind that hold for no product alone, by id."""
        rows = self.rows("SELECT title FROM documents WHERE kind = ? AND about = '' ORDER BY id", (kind,))
        return [title for (title,) in rows]

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
        return self._documents("SELECT id FROM documents WHERE about = ? AND kind = ?", (product_id, REVIEW))

    def _select(self, chosen: Filter) -> Selection:
        """The passages that pass a filter."""
        columns = self.columns
        if chosen.kind is not None:
            passes = self._has(columns.kinds, "kind", chosen.kind, chosen.kind)
        elif chosen.document_id is not None:
            passes = columns.kinds != NONE
        else:
            passes = self._but_concepts().copy()
        if chosen.document_id is not None or chosen.about is not None:
            passes &= self._of_documents(chosen)
        if chosen.brand is not None:
            passes &= self._has(columns.brands, "brand", folded(chosen.brand), folded(chosen.brand))
        if chosen.category is not None:
            path, first, last = category_range(chosen.category)
            passes &= self._has(columns.categories, "category", path, path, first, last)
        if chosen.min_price is not None:
            passes &= columns.prices >= chosen.min_price
        if chosen.max_price is not None:
            passes &= columns.prices <= chosen.max_price
        if chosen.in_stock is not None:
            passes &= columns.stocks == int(chosen.in_stock)
        return Selection(passes)

    def _without_concepts(self) -> npt.NDArray[np.bool_]:
        """Where there is a passage, and none of a concept."""
        kinds = self.columns.kinds
        there: npt.NDArray[np.bool_] = kinds != NONE
        return there & ~self._has(kinds, "kind", CONCEPT, CONCEPT)

    def _has(self, column: npt.NDArray[np.int32], field: str, *ranges: str) -> npt.NDArray[np.bool_]:
        """Where a column has one of the keys in `ranges`, the first and the last key of each."""
        tests = " OR ".join(["key BETWEEN ? AND ?"] * (len(ranges) // 2))
        rows = self.rows(f"SELECT code FROM keys WHERE field = ? AND ({tests})", (field, *ranges))
        codes = [code for (code,) in rows]
        has = np.zeros(len(column), bool)
        if len(codes) <= FEW_KEYS:  # to compare all with each is quicker than to find the place of each
            return reduce(np.logical_or, [column == code for code in codes], has)
        order, starts = self._by_code(field)
        for code in codes:
            has[order[starts[code] : starts[code + 1]]] = True
        return has

    def _ordered(self, field: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The positions by their kind, brand or category, int32 [n], and where those with each number begin."""
        column = {"kind": self.columns.kinds, "brand": self.columns.brands, "category": self.columns.categories}[field]
        order = np.argsort(column, kind="stable").astype(np.int32)
        ((last,),) = self.rows("SELECT max(code) FROM keys")
        return order, np.searchsorted(column[order], np.arange(last + 2))

    def _of_documents(self, chosen: Filter) -> npt.NDArray[np.bool_]:
        """Where the passages are of one document, or of what is about one."""
        where, parameters = Filter(kind=chosen.kind, document_id=chosen.document_id, about=chosen.about).as_sql()
        sql = f"SELECT p.position FROM documents d JOIN passages p ON p.document_id = d.id WHERE {where}"
        passes = np.zeros(len(self.columns), bool)
        passes[[row[0] for row in self.rows(sql, parameters)]] = True
        return passes

    def positions_of(self, passage_ids: Sequence[str]) -> dict[str, int]:
        """The positions of passages by id; ids that no passage has are left out."""
        marks = ", ".join("?" * len(passage_ids))
        return dict(self.rows(f"SELECT id, position FROM passages WHERE id IN ({marks})", passage_ids))

    def passages(self, scores: Mapping[int, float]) -> list[Passage]:
        """The passages at the positions that are the keys of `scores`, in that order, each with its score."""
        found = self._passages.of(scores, self._read_passages)
        return [Passage(*found[position], score) for position, score in scores.items()]

    def passage_ids(self, positions: Collection[int]) -> list[str]:
        """The ids of the passages at these positions, in their order."""
        found = self._passages.of(positions, self._read_passages)
        return [found[position][0] for position in positions]

    def _read_passages(self, positions: Sequence[int]) -> dict[int, tuple[str, str, str, str, str]]:
        """All of passages but their scores, by position."""
        marks = ", ".join("?" * len(positions))
        rows = self.rows(
            f"SELECT position, id, document_id, kind, title, text FROM passages WHERE position IN ({marks})", positions
        )
        return {row[0]: row[1:] for row in rows}


def _require_whole(path: Path) -> None:
    """Raise IndexUnusableError where a database has fewer pages than its header says (sqlite.org/fileformat2.html)."""
    with path.open("rb") as file:
        head = file.read(100)
        size = file.seek(0, 2)
    page = int.from_bytes(head[16:18], "big")
    if len(head) < 100 or size < (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big"):
        raise IndexUnusableError(f"{path} is cut short at {size} bytes; {REBUILD}")


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
