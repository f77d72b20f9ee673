"""Reads the rows of a file as they stand there, whatever its format."""

from collections.abc import Iterator
from pathlib import Path

from retrieval.document import FAQ
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.formats.csv_tables import table_rows
from retrieval.ingestion.formats.file_kinds import (
    HTML,
    JSON,
    JSON_LINES,
    MARKDOWN,
    PARQUET,
    PDF,
    SHEET,
    TABLE,
    XML,
    YAML,
)
from retrieval.ingestion.formats.html_pages import linked_rows, page_rows
from retrieval.ingestion.formats.json_values import json_line_rows, json_rows
from retrieval.ingestion.formats.markdown import markdown_rows
from retrieval.ingestion.formats.nested_json import is_linked, keyed, unwrapped, way_to_rows
from retrieval.ingestion.formats.text_files import Advance, not_counted, open_text
from retrieval.ingestion.formats.xml_records import xml_rows
from retrieval.ingestion.formats.yaml_entries import yaml_rows
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row


def rows_of(
    path: Path, file_format: str, mapping: ColumnMap | None = None, kind: str = "", advance: Advance = not_counted
) -> Iterator[Row | Rejected]:
    """Every row of a file, with what cannot be read of it.

    `kind` is the kind of document that the file is named after. Raises CorpusError where it cannot be read any further.
    """
    columns, delimiter = (mapping.columns, mapping.delimiter) if mapping else ((), "")
    if file_format == PARQUET:
        from retrieval.ingestion.formats.parquet import parquet_rows  # slow to import, and seldom needed

        yield from parquet_rows(path, advance)
        return
    if file_format == SHEET:
        from retrieval.ingestion.formats.workbooks import workbook_rows

        yield from workbook_rows(path, advance)
        return
    if file_format == PDF:
        from retrieval.ingestion.formats.pdf_manuals import pdf_rows

        yield from pdf_rows(path, advance)
        return
    if file_format == XML:
        yield from xml_rows(path, advance)
        return
    with open_text(path, advance) as file:
        if file_format == JSON_LINES:
            yield from _plain(json_line_rows(file, path))
        elif file_format == JSON:
            keys = mapping.rows if mapping and mapping.rows else way_to_rows(path) or ()
            yield from _plain(json_rows(file, path, keys))
        elif file_format == TABLE:
            yield from table_rows(file, path, delimiter, columns)
        elif file_format == YAML:
            yield from yaml_rows(file, path)
        elif file_format == MARKDOWN:
            yield from markdown_rows(file, path, is_faq=kind == FAQ)
        elif file_format == HTML:
            yield from page_rows(file, path, is_faq=kind == FAQ)


def _plain(rows: Iterator[Row | Rejected]) -> Iterator[Row | Rejected]:
    """Rows of JSON without what is wrapped around them; items of schema.org in our own fields."""
    for row in rows:
        if isinstance(row, Rejected):
            yield row
        elif is_linked(row.fields):
            yield from linked_rows(row.fields, row.place)
        elif inner := keyed(row.fields):
            yield from (Row(unwrapped(fields), row.place) for fields in inner)
        else:
            yield Row(unwrapped(row.fields), row.place)
