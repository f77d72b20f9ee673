"""Reads a PDF, such as a manual, as one document in sections."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from retrieval.document import POLICY
from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import Advance
from retrieval.ingestion.rows.row import Row
from retrieval.language.wording import slug_of

MAX_PAGES = 2000
_LARGER = 1.12  # times the size of most of the text: a heading
_LONGEST_HEADING = 90  # characters

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every small fault of a file


def pdf_rows(path: Path, advance: Advance) -> Iterator[Row]:
    """The one row of a file: its title, and its sections under headings in larger letters, else page by page.

    Raises CorpusError for what is no PDF, is locked, or has no text (a scan).
    """
    try:
        reader = PdfReader(path)
        lines = [line for page in reader.pages[:MAX_PAGES] for line in _lines(page)]
        stated = (reader.metadata.title if reader.metadata else None) or ""
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"cannot be read as PDF ({error}); check the file, or save it without a password"
        raise CorpusError(f"{path}:1", problem, "not a PDF") from error
    advance(path.stat().st_size)
    if not lines:
        raise CorpusError(f"{path}:1", "no text; a scan has to go through text recognition first", "no text")
    title, opening, sections = _parts(lines)
    name = Path(path.name).stem
    fields: dict[str, object] = {"kind": POLICY, "id": slug_of(name), "title": title or stated or name}
    yield Row({**fields, "text": opening, "sections": sections}, f"{path}:1")


def _lines(page: Any) -> list[tuple[str, float]]:
    """The lines of a page with the size of their letters, in points."""
    found: list[tuple[str, float]] = []

    def see(text: str, _: list[float], matrix: list[float], __: object, size: float) -> None:
        scaled = abs(size * (matrix[3] or matrix[1] or 1))
        for at, piece in enumerate(text.split("\n")):
            if at or not found:
                found.append((piece, scaled))
            else:
                before, largest = found[-1]
                found[-1] = (before + piece, max(largest, scaled) if piece.strip() else largest)

    page.extract_text(visitor_text=see)
    return [(" ".join(text.split()), size) for text, size in found if text.strip()]


def _parts(lines: list[tuple[str, float]]) -> tuple[str, str, dict[str, str]]:
    """The title, the text before the first heading, and the text under each."""
    sizes: Counter[float] = Counter()
    for text, size in lines:
        sizes[round(size, 1)] += len(text)
    usual = sizes.most_common(1)[0][0]
    title = ""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for text, size in lines:
        is_heading = size > usual * _LARGER and len(text) < _LONGEST_HEADING and any(map(str.isalpha, text))
        if is_heading and not title and not parts[0][1]:
            title = text
        elif is_heading and not parts[-1][1] and parts[-1][0]:
            parts[-1] = (f"{parts[-1][0]} {text}", [])
        elif is_heading:
            parts.append((text, []))
        elif not re.fullmatch(r"\d+|[-–] \d+ [-–]", text):
            parts[-1][1].append(text)
    sections: dict[str, str] = {}
    for label, texts in parts[1:]:
        name, count = label, 2
        while slug_of(name) in map(slug_of, sections):
            name, count = f"{label} {count}", count + 1
        if texts and slug_of(name):
            sections[name] = " ".join(texts)
    return title, " ".join(parts[0][1]), sections
