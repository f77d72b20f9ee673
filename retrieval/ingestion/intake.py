"""Reads source files into documents, one at a time; what cannot be read is handed over and left out."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from retrieval.document import Document
from retrieval.errors import CorpusError
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.document_building import document_of
from retrieval.ingestion.formats.file_kinds import PARQUET, SHEET, TABLE, XML
from retrieval.ingestion.formats.text_files import Advance, not_counted
from retrieval.ingestion.guessed_map import SAMPLE
from retrieval.ingestion.rows.cleansing import cleansed_value
from retrieval.ingestion.rows.fields import described, house_row, table_values
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import TOO_DEEP, Row
from retrieval.ingestion.source_rows import rows_of
from retrieval.ingestion.sources import Source
from retrieval.ingestion.variant_groups import grouped

logger = logging.getLogger(__name__)


def read_sources(
    sources: Iterable[Source],
    reject: Callable[[Rejected], None],
    advance: Advance = not_counted,
    is_held: Callable[[str], bool] = lambda _: False,
) -> Iterator[Document]:
    """Every document of `sources`, in their order; memory does not grow with their size.

    `reject` takes what is left out: what cannot be read, ids used twice, reviews of products that did not come before
    them and of which `is_held` knows nothing. `advance` takes how many bytes were read.
    """
    with _KnownIds(is_held) as known:
        for source in sources:
            try:
                yield from _documents(source, known, reject, advance)
            except CorpusError as error:  # the rest of the file is lost, not that of the others
                reject(Rejected.of(error))
            except RecursionError:
                reject(Rejected(f"{source.path}:1", f"{TOO_DEEP}; correct the file", TOO_DEEP))


def _documents(
    source: Source, known: "_KnownIds", reject: Callable[[Rejected], None], advance: Advance
) -> Iterator[Document]:
    for item in _house_rows(source, reject, advance):
        if isinstance(item, Rejected):
            reject(item)
            continue
        try:
            document = document_of(item, source.kind)
            if source.reading:
                document = _with_stated_price(document)
                if "id" not in item.fields and known.has(document.id):
                    document = replace(document, id=f"{document.id}-{item.place.rpartition(':')[2]}")
            known.take(document, item.place)
        except CorpusError as error:
            reject(Rejected.of(error, item))
        else:
            yield document


def _with_stated_price(document: Document) -> Document:
    """`document` without a price of 0, which is what shops export for a price that they do not state."""
    price = document.fact("price")
    if price is None or price.number != 0 or " to " in price.text:
        return document
    return replace(document, facts=tuple(fact for fact in document.facts if fact is not price))


def _house_rows(source: Source, reject: Callable[[Rejected], None], advance: Advance) -> Iterator[Row | Rejected]:
    """The rows of a file in our own fields, cleansed."""
    rows = rows_of(source.path, source.format, source.map, source.kind, advance)
    if source.map:
        yield from _mapped(source, source.map, rows, reject)
        return
    for item in rows:
        if isinstance(item, Rejected):
            yield item
        elif source.format in (TABLE, PARQUET, SHEET, XML):
            yield from _typed(item)
        else:
            yield Row({name: cleansed_value(value) for name, value in item.fields.items()}, item.place)


def _mapped(
    source: Source, mapping: ColumnMap, rows: Iterator[Row | Rejected], reject: Callable[[Rejected], None]
) -> Iterator[Row | Rejected]:
    """The rows of a foreign file through its map; a column that no row has is likely misspelt, and is warned of."""
    seen: set[str] = set()
    if mapping.variants:
        for group in grouped(rows, mapping.variants, reject):
            for row in group.rows:
                seen |= _names_in(row)
            for made in mapping.product_of(group.key, group.rows, group.parent):
                yield made if isinstance(made, Row) else Rejected.of(made, group.rows[0])
    else:
        for item in rows:
            if isinstance(item, Rejected):
                yield item
                continue
            seen |= _names_in(item)
            for made in mapping.house_rows(item):
                yield made if isinstance(made, Row) else Rejected.of(made, item)
    missing = mapping.columns_used() - seen
    if missing and seen and not source.reading:
        logger.warning("%s: no row has %s, which %s reads", source.path, ", ".join(sorted(missing)), mapping.name)
    if source.reading and (late := seen - source.reading.columns_seen()):
        names = ", ".join(sorted(late))
        logger.warning("%s: unused, since they begin after %d rows: %s; map them", source.path, SAMPLE, names)


def _names_in(row: Row) -> set[str]:
    return {name.partition(".")[0] for name in row.fields} | row.fields.keys()


def _typed(row: Row) -> Iterator[Row | Rejected]:
    """A row of a table whose columns have the names of our fields."""
    try:
        yield described(house_row(table_values(row.fields), row.place))
    except CorpusError as error:
        yield Rejected.of(error, row)


class _KnownIds:
    """Which documents there are so far: in a file of its own that SQLite removes, since there may be millions."""

    def __init__(self, is_held: Callable[[str], bool]) -> None:
        self._is_held = is_held

    def __enter__(self) -> "_KnownIds":
        self._ids = sqlite3.connect("")
        self._ids.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
        return self

    def __exit__(self, *_: object) -> None:
        self._ids.close()

    def take(self, document: Document, place: str) -> None:
        """Note a document's id. Raises CorpusError when it is there already, or when what it is about is not."""
        about = document.about
        if about and not self.has(about):
            problem = f"{document.id} is about {about}, which no product before it has; correct product_id"
            raise CorpusError(place, problem, f"{document.kind} of an unknown product")
        if not self._ids.execute("INSERT OR IGNORE INTO ids VALUES (?)", (document.id,)).rowcount:
            raise CorpusError(
                place, f"the id {document.id} is used twice; give each document its own id", "id used twice"
            )

    def has(self, document_id: str) -> bool:
        """Whether there is a document of this id already."""
        row = self._ids.execute("SELECT 1 FROM ids WHERE id = ?", (document_id,)).fetchone()
        return row is not None or self._is_held(document_id)
