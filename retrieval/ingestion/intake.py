"""Reads source files into documents, one at a time; what cannot be read is handed over and left out."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator

from retrieval.document import Document
from retrieval.errors import CorpusError
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.document_building import document_of
from retrieval.ingestion.formats.csv_tables import table_rows
from retrieval.ingestion.formats.html_pages import page_rows
from retrieval.ingestion.formats.json_values import json_line_rows, json_rows
from retrieval.ingestion.formats.markdown import markdown_rows
from retrieval.ingestion.formats.text_files import Advance, not_counted, open_text
from retrieval.ingestion.formats.yaml_entries import yaml_rows
from retrieval.ingestion.rows.cleansing import cleansed_value
from retrieval.ingestion.rows.fields import described, house_row, table_values
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import TOO_DEEP, Row
from retrieval.ingestion.sources import HTML, JSON, JSON_LINES, MARKDOWN, PARQUET, TABLE, YAML, Source

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
    for item in _house_rows(source, advance):
        if isinstance(item, Rejected):
            reject(item)
            continue
        try:
            document = document_of(item, source.kind)
            known.take(document, item.place)
        except CorpusError as error:
            reject(Rejected.of(error, item))
        else:
            yield document


def _house_rows(source: Source, advance: Advance) -> Iterator[Row | Rejected]:
    """The rows of a file in our own fields, cleansed."""
    if source.map:
        yield from _mapped(source, source.map, advance)
        return
    for item in _rows(source, advance):
        if isinstance(item, Rejected):
            yield item
        elif source.format in (TABLE, PARQUET):
            yield from _typed(item)
        else:
            yield Row({name: cleansed_value(value) for name, value in item.fields.items()}, item.place)


def _mapped(source: Source, mapping: ColumnMap, advance: Advance) -> Iterator[Row | Rejected]:
    """The rows of a foreign file through its map; a column that no row has is likely misspelt, and is warned of."""
    missing, first = mapping.columns_used(), True
    for item in _rows(source, advance):
        if isinstance(item, Rejected):
            yield item
            continue
        if missing:
            missing -= {name.partition(".")[0] for name in item.fields} | item.fields.keys()
        first = False
        for made in mapping.house_rows(item):
            yield made if isinstance(made, Row) else Rejected.of(made, item)
    if missing and not first:
        logger.warning("%s: no row has %s, which %s reads", source.path, ", ".join(sorted(missing)), mapping.name)


def _typed(row: Row) -> Iterator[Row | Rejected]:
    """A row of a table whose columns have the names of our fields."""
    try:
        yield described(house_row(table_values(row.fields), row.place))
    except CorpusError as error:
        yield Rejected.of(error, row)


def _rows(source: Source, advance: Advance) -> Iterator[Row | Rejected]:
    """The rows of a file as they stand there. Raises CorpusError where it cannot be read any further."""
    path = source.path
    if source.format == PARQUET:
        from retrieval.ingestion.formats.parquet import parquet_rows  # slow to import, and seldom needed

        yield from parquet_rows(path, advance)
        return
    with open_text(path, advance) as file:
        if source.format == JSON_LINES:
            yield from json_line_rows(file, path)
        elif source.format == JSON:
            yield from json_rows(file, path, source.map.rows if source.map else ())
        elif source.format == TABLE:
            columns, delimiter = (source.map.columns, source.map.delimiter) if source.map else ((), "")
            yield from table_rows(file, path, delimiter, columns)
        elif source.format == YAML:
            yield from yaml_rows(file, path)
        elif source.format == MARKDOWN:
            yield from markdown_rows(file, path)
        elif source.format == HTML:
            yield from page_rows(file, path)


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
        if about and not self._has(about):
            problem = f"{document.id} is about {about}, which no product before it has; correct product_id"
            raise CorpusError(place, problem, f"{document.kind} of an unknown product")
        if not self._ids.execute("INSERT OR IGNORE INTO ids VALUES (?)", (document.id,)).rowcount:
            raise CorpusError(
                place, f"the id {document.id} is used twice; give each document its own id", "id used twice"
            )

    def _has(self, document_id: str) -> bool:
        row = self._ids.execute("SELECT 1 FROM ids WHERE id = ?", (document_id,)).fetchone()
        return row is not None or self._is_held(document_id)
