"""Reads CSV and TSV files row by row."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import lines_of
from retrieval.ingestion.rows.rejection import MAX_EXCERPT, Rejected
from retrieval.ingestion.rows.row import Row

_DELIMITERS = ",;\t|"


def table_rows(file: TextIO, path: Path, delimiter: str = "", columns: Sequence[str] = ()) -> Iterator[Row | Rejected]:
    """One row for each line of a table after its header, every cell a text; a cell may hold line ends in quotes.

    `delimiter` empty: a tab in `.tsv` and `.tab` files, else what the first line has most of. `columns` name the
    columns of a file that has no header: one whose first line has none of these names. Blank lines are passed over; a
    line with more or fewer cells than the header is rejected.
    """
    lines = lines_of(file, path)
    first = next(lines, "")
    reader = csv.reader(_chain(first, lines), delimiter=delimiter or _delimiter(first, path), strict=True)
    header: Sequence[str] = ()
    start = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            where = f"lines {start} to {reader.line_num}: {error}"
            problem = f"not a row of a table ({where}); close every quote, and double the quotes inside"
            yield Rejected(f"{path}:{start}", problem, "not a row of a table")
            cells = []
        if cells is None:
            return
        place, start = f"{path}:{start}", reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header, is_header = _header(cells, columns, place)
            if is_header:
                continue
        yield _row(header, cells, place)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(line: str, path: Path) -> str:
    if {".tsv", ".tab"} & set(path.suffixes):
        return "\t"
    return max(_DELIMITERS, key=line.count)


def _header(cells: list[str], columns: Sequence[str], place: str) -> tuple[Sequence[str], bool]:
    """The names of the columns, and whether `cells` are these names."""
    names = [cell.strip() for cell in cells]
    if columns and not set(columns) & set(names):
        return columns, False
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not all(names):
        wrong = f"the column {twice[0]!r} stands twice" if twice else "a column has no name"
        raise CorpusError(place, f"{wrong}; give each column a name of its own in the first line", "broken header")
    return names, True


def _row(header: Sequence[str], cells: list[str], place: str) -> Row | Rejected:
    if len(cells) != len(header):
        problem = f"{len(cells)} cells for {len(header)} columns; quote cells that hold the delimiter or line ends"
        return Rejected(place, problem, "wrong number of cells", repr(cells)[:MAX_EXCERPT])
    return Row(dict(zip(header, cells, strict=True)), place)
