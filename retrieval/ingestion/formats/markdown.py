"""Reads a Markdown file as one document in sections."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from retrieval.document import FAQ, POLICY
from retrieval.errors import CorpusError
from retrieval.ingestion.formats.faq_texts import markdown_entries
from retrieval.ingestion.formats.text_files import whole_text
from retrieval.ingestion.rows.row import Row
from retrieval.language.wording import slug_of

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")


def markdown_rows(file: TextIO, path: Path, *, is_faq: bool = False) -> Iterator[Row]:
    """A row for each question of a file that is an FAQ, by its name (`is_faq`) or its headings; else one row.

    That has `# Title`, an opening, and `## Section`s; deeper headings stay part of their section.

    Raises CorpusError with the line that is wrong.
    """
    lines = whole_text(file, path).splitlines()
    if entries := markdown_entries(lines, is_faq=is_faq):
        for number, question, answer in entries:
            yield Row({"kind": FAQ, "question": question, "answer": answer}, f"{path}:{number}")
        return
    title, parts = "", [("", list[str]())]
    for number, line in enumerate(lines, start=1):
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 1:
            if title:
                raise CorpusError(f"{path}:{number}", "a second title; keep one `# Title` in each file")
            title = heading[2]
        elif heading and len(heading[1]) == 2:
            if any(slug_of(label) == slug_of(heading[2]) for label, _ in parts):
                raise CorpusError(f"{path}:{number}", f"the section {heading[2]!r} has no name of its own; rename it")
            parts.append((heading[2], []))
        else:
            parts[-1][1].append(line)
    if not title:
        raise CorpusError(f"{path}:1", "no title; begin the file with `# Title`", "title is missing")
    (_, opening), *sections = ((label, _plain(lines)) for label, lines in parts)
    fields: dict[str, object] = {
        "kind": POLICY,
        "id": slug_of(Path(path.name.removesuffix(".gz")).stem),
        "title": title,
        "text": opening,
    }
    yield Row({**fields, "sections": {label: text for label, text in sections if text}}, f"{path}:1")


def _plain(lines: list[str]) -> str:
    """Markdown lines as running text: list marks, emphasis and link targets removed."""
    joined = " ".join(re.sub(r"^\s*(?:[-*+]|\d+[.)]|#{3,6}|>)\s+", "", line).strip() for line in lines)
    joined = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", joined)
    return " ".join(re.sub(r"\*{1,3}|`|__", "", joined).split())
