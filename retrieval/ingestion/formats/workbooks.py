"""Reads workbooks of Excel and LibreOffice (.xlsx, .xls, .ods) row by row."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import Advance
from retrieval.ingestion.rows.row import Row

MAX_UNPACKED = 2**29
"""Bytes of a workbook's files together; a workbook is held in memory while it is read."""
_FEWEST_CELLS = 2  # of a header; titles above a table have one


def workbook_rows(path: Path, advance: Advance) -> Iterator[Row]:
    """One row for each line below the header of the first sheet with a table, and of the sheets with the same header.

    Raises CorpusError for what is no workbook, and for one that is too large.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                unpacked = sum(entry.file_size for entry in packed.infolist())
            if unpacked > MAX_UNPACKED:
                problem = f"{unpacked} bytes when unpacked, more than {MAX_UNPACKED}; save it as CSV"
                raise CorpusError(f"{path}:1", problem, "too long")
        book = CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        problem = f"cannot be read as a workbook ({error}); check the file"
        raise CorpusError(f"{path}:1", problem, "not a workbook") from error
    advance(path.stat().st_size)
    first: Sequence[str] = ()
    for cells in sheets:
        at, header = _header(cells)
        if header and (not first or header == first):
            first = header
            for number, row in enumerate(cells[at + 1 :], start=at + 2):
                if any(cell not in ("", None) for cell in row):
                    yield Row(
                        {name: _plain(cell) for name, cell in zip(header, row, strict=False) if name},
                        f"{path}:{number}",
                    )


def _header(cells: Sequence[Sequence[Any]]) -> tuple[int, list[str]]:
    """The first line with some texts and no numbers, where it is and its cells; none where there is none."""
    for at, row in enumerate(cells):
        filled = [cell for cell in row if cell not in ("", None)]
        if len(filled) >= min(_FEWEST_CELLS, len(row)) and filled and all(isinstance(cell, str) for cell in filled):
            return at, [" ".join(str(cell).split()) for cell in row]
    return 0, []


def _plain(value: object) -> object:
    """A value as JSON would have it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
