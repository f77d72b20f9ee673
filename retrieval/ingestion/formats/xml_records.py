"""Reads the records of an XML feed: RSS and Atom of Google Merchant, and any file of like elements."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import Advance, not_counted, open_text
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row

_PIECE = 2**16  # characters
_LOOKED_AT = 5000  # elements, to find out which of them are the records
_RECORDS = frozenset({"item", "entry", "product", "offer", "record", "row", "article", "shopitem", "faq", "review"})
_NAMED = re.compile(r"\{[^}]*\}")

Way = tuple[str, ...]


def xml_rows(path: Path, advance: Advance = not_counted) -> Iterator[Row | Rejected]:
    """One row for each record: the outermost elements that stand many times and hold others, or that have a known name.

    Names lose their namespace. Raises CorpusError where the text is not XML: what follows cannot be read.
    """
    with open_text(path) as file:
        wanted = _record_path(file, path)
    with open_text(path, advance) as file:
        for element, line in _elements(file, path, wanted):
            place = f"{path}:{line}"
            try:
                value = _value(element)
                yield Row.of(value if isinstance(value, dict) else {"text": value}, place)
            except CorpusError as error:
                yield Rejected.of(error)


def addresses_in(path: Path) -> list[str]:
    """The addresses in the `loc` elements of a sitemap. https://www.sitemaps.org/protocol.html"""
    with open_text(path) as file:
        return [(element.text or "").strip() for element, _ in _elements(file, path, ("urlset", "url", "loc"))]


def _record_path(file: TextIO, path: Path) -> Way:
    counts: Counter[Way] = Counter()
    for number, (name, holds_others) in enumerate(_ends(file, path)):
        if holds_others and len(name) > 1:
            counts[name] += 1
        if number >= _LOOKED_AT:
            break
    named = [name for name in counts if name[-1].lower() in _RECORDS]
    often = [name for name, count in counts.items() if count > 1]
    found = named or often or list(counts)
    if not found:
        raise CorpusError(f"{path}:1", "no element holds others; name a feed of products", "no records")
    return min(found, key=lambda name: (len(name), -counts[name]))


def _events(file: TextIO, path: Path) -> Iterator[tuple[str, Element, int]]:
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    line = 1
    try:
        while piece := file.readline(_PIECE):
            if "<!ENTITY" in piece:
                raise CorpusError(f"{path}:{line}", "entities of its own (`<!ENTITY`); write the texts out", "not XML")
            parser.feed(piece.lstrip("\ufeff") if line == 1 else piece)
            for event, element in _of_elements(parser):
                yield event, element, line
            line += piece.endswith("\n")
        parser.close()
    except ParseError as error:
        at = error.position[0] if error.position else line
        problem = f"not XML ({error}); correct the file; nothing after this place was read"
        raise CorpusError(f"{path}:{at}", problem, "not XML") from error


def _of_elements(parser: "XMLPullParser[Element]") -> Iterator[tuple[str, Element]]:
    for found in parser.read_events():
        if isinstance(found[-1], Element):
            yield str(found[0]), found[-1]


def _ends(file: TextIO, path: Path) -> Iterator[tuple[Way, bool]]:
    """The path of each element that ends, and whether it holds others."""
    stack: list[str] = []
    for event, element, _ in _events(file, path):
        if event == "start":
            stack.append(_local(element.tag))
        else:
            yield tuple(stack), len(element) > 0
            stack.pop()


def _elements(file: TextIO, path: Path, wanted: Way) -> Iterator[tuple[Element, int]]:
    """The elements on a path with the line that they end on; each is forgotten after its turn."""
    stack: list[Element] = []
    names: list[str] = []
    for event, element, line in _events(file, path):
        if event == "start":
            stack.append(element)
            names.append(_local(element.tag))
            continue
        if tuple(names) == wanted:
            yield element, line
            if len(stack) > 1:
                stack[-2].remove(element)
        elif len(names) <= len(wanted):
            element.clear()
        stack.pop()
        names.pop()


def _local(tag: str) -> str:
    return _NAMED.sub("", tag)


def _value(element: Element) -> object:
    """A text, or a mapping of the attributes and the elements inside; what stands several times is a list."""
    found: dict[str, object] = {_local(name): value for name, value in element.attrib.items()}
    for child in element:
        name, value = _local(child.tag), _value(child)
        if name in found:
            held = found[name]
            found[name] = [*(held if isinstance(held, list) else [held]), value]
        else:
            found[name] = value
    text = (element.text or "").strip()
    if not found:
        return text
    return {**found, "value": text} if text else found
