"""Reads CSV and TSV files row by row."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from retrieval.ingestion.formats.text_files import lines_of
from retrieval.ingestion.rows.rejection import MAX_EXCERPT, Rejected
from retrieval.ingestion.rows.row import Row

_DELIMITERS = ",;\t|"
_EXCEL_HINT = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
# What stands in a first line that is none of names: an address, a list, a number with decimals, a long text.
_IS_VALUE = re.compile(r"https?://|[\[{].*[\]}]$|[$€£]?\d+[.,]\d+$|.{121,}")


def table_rows(file: TextIO, path: Path, delimiter: str = "", columns: Sequence[str] = ()) -> Iterator[Row | Rejected]:
    """One row for each line of a table after its header, every cell a text; a cell may hold line ends in quotes.

    `delimiter` empty: a tab in `.tsv` and `.tab` files, else what the first line has most of outside quotes, or what
    Excel's `sep=;` says. `columns` name the
    columns of a file that has no header: one whose first line has none of these names. Blank lines are passed over; a
    line with more or fewer cells than the header is rejected.
    """
    lines = lines_of(file, path)
    first = next(lines, "")
    start = 1
    if hint := _EXCEL_HINT.match(first):
        delimiter, first, start = delimiter or hint[1], next(lines, ""), 2
    reader = csv.reader(_chain(first, lines), delimiter=delimiter or _delimiter(first, path), strict=True)
    skipped = start - 1
    header: Sequence[str] = ()
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            where = f"lines {start} to {reader.line_num + skipped}: {error}"
            problem = f"not a row of a table ({where}); close every quote, and double the quotes inside"
            yield Rejected(f"{path}:{start}", problem, "not a row of a table")
            cells = []
        if cells is None:
            return
        place, start = f"{path}:{start}", reader.line_num + skipped + 1
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header, is_header = _header(cells, columns)
            if is_header:
                continue
        yield _row(header, cells, place)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(line: str, path: Path) -> str:
    if {".tsv", ".tab"} & set(path.suffixes):
        return "\t"
    bare = re.sub(r'"(?:[^"]|"")*"', "", line)
    return max(_DELIMITERS, key=bare.count)


def _header(cells: list[str], columns: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The names of the columns, and whether `cells` are these names."""
    names = [" ".join(cell.split()) for cell in cells]
    if columns and not set(columns) & set(names):
        return columns, False
    if not columns and any(map(_IS_VALUE.match, names)):
        return [f"column {number}" for number in range(1, len(cells) + 1)], False
    return _told_apart(names), True


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names of a header, each once: a second `size` is `size 2`, a column without a name `column 4`."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        name = name or f"column {number}"
        count = 2
        while name in found:
            name = f"{names[number - 1] or f'column {number}'} {count}"
            count += 1
        found.append(name)
    return found


def _row(header: Sequence[str], cells: list[str], place: str) -> Row | Rejected:
    while len(cells) > len(header) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(header):
        problem = f"{len(cells)} cells for {len(header)} columns; quote cells that hold the delimiter or line ends"
        return Rejected(place, problem, "wrong number of cells", repr(cells)[:MAX_EXCERPT])
    return Row(dict(zip(header, cells, strict=True)), place)
