"""Says which files are read, in which format, as what kind of document, and in which order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, REVIEW
from retrieval.errors import CorpusError
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.formats.file_kinds import BY_SUFFIX, HTML, SITEMAP, TABLE, format_by_name, format_of
from retrieval.ingestion.formats.xml_records import addresses_in
from retrieval.ingestion.guessed_map import GUESSABLE, Reading, reading_of

_KINDS = {
    "product": PRODUCT, "products": PRODUCT, "catalog": PRODUCT, "catalogue": PRODUCT, "concepts": CONCEPT, "faq": FAQ,
    "faqs": FAQ, "policy": POLICY, "policies": POLICY, "manual": POLICY, "manuals": POLICY, "review": REVIEW,
    "reviews": REVIEW,
}  # fmt: skip
# Reviews come last, since they are about products; what tells its kind only row by row comes with the products.
_ORDER = (PRODUCT, CONCEPT, FAQ, POLICY, REVIEW)
# What lies in a folder of knowledge and is none: notes about it, and questions to measure answers with.
_NOT_KNOWLEDGE = re.compile(r"(?:readme|license|questions(?:-\w+)?)\.\w+|[._].*", re.IGNORECASE)
MAP_SUFFIX = ".map.yml"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read. `kind` is empty when each row must tell its own; `map` says what a foreign file means, and
    `reading` how that map was guessed.
    """

    path: Path
    format: str
    kind: str = ""
    map: ColumnMap | None = None
    reading: Reading | None = None


def sources_in(paths: Iterable[Path], maps: Sequence[ColumnMap] = ()) -> list[Source]:
    """The files that `paths` name and those in the folders that they name, each once, products before reviews.

    A file of rows is read by the first of `maps` that is for it, else by one that lies as `*.map.yml` in the folder.
    Raises CorpusError for a path that does not exist, a named file of an unknown format, or a folder without any, and
    MapError for a broken map.
    """
    found: dict[Path, Source] = {}
    for path in map(Path, paths):
        own = [read_map(file) for file in sorted(path.glob(f"*{MAP_SUFFIX}"))] if path.is_dir() else []
        for source in _named(path) if path.is_file() else _in_folder(path):
            found.setdefault(source.path.resolve(), _mapped(source, (*maps, *own)))
    return sorted(found.values(), key=lambda source: _ORDER.index(source.kind or PRODUCT))


def _mapped(source: Source, maps: Sequence[ColumnMap]) -> Source:
    chosen = next((each for each in maps if each.is_for(source.path)), None)
    if source.format not in GUESSABLE:
        return source
    if chosen is None:
        reading = reading_of(source.path, source.format, source.kind)
        return replace(source, kind=reading.kind, map=reading.map, reading=reading) if reading else source
    kind = PRODUCT if any(rule.kind == PRODUCT for rule in chosen.documents) else chosen.documents[0].kind
    return replace(source, kind=kind, map=chosen)


def _named(path: Path) -> list[Source]:
    source = source_of(path)
    if source is None:
        known = ", ".join(BY_SUFFIX)
        raise CorpusError(f"{path}:1", f"of no known format; known are {known} and all of them with .gz")
    return _saved_pages(path) if source.format == SITEMAP else [source]


def _saved_pages(sitemap: Path) -> list[Source]:
    """The pages that a sitemap names, as far as they are saved next to it: `/a/b` as `a/b`, `a/b.html`, `b.html` …"""
    found: dict[Path, Source] = {}
    for address in addresses_in(sitemap):
        parts = [part for part in unquote(urlsplit(address).path).split("/") if part not in ("", ".", "..")] or [
            "index"
        ]
        inside, last = sitemap.parent.joinpath(*parts), sitemap.parent / parts[-1]
        tried = [Path(f"{name}{end}") for name in (inside, last) for end in ("", ".html", ".htm", "/index.html")]
        page = next((name for name in tried if name.is_file()), None)
        if page:
            found[page] = Source(page, HTML, _kind_named((page.stem, *reversed(parts[:-1]))))
    if not found:
        raise CorpusError(f"{sitemap}:1", "none of its pages is saved next to it; save them in its folder")
    return list(found.values())


def _in_folder(folder: Path) -> Iterator[Source]:
    if not folder.is_dir():
        raise CorpusError(f"{folder}:1", "there is no such folder; name the folder that holds products.jsonl")
    sources = [source for path in _files(folder) if (source := source_of(path, folder)) and source.format != SITEMAP]
    if not sources:
        raise CorpusError(f"{folder}:1", "no documents; add products.jsonl, faq.yml, policies/*.md or reviews.jsonl")
    yield from sources


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(_NOT_KNOWLEDGE.fullmatch(part) for part in path.relative_to(folder).parts)
        and not path.name.endswith(MAP_SUFFIX)
    )


def source_of(path: Path, folder: Path | None = None) -> Source | None:
    """How a file is read, by its content and its name; None for a format that is not known.

    In a `folder`, files without a known ending are left alone unless they are tables.
    """
    named = format_by_name(path)
    found = format_of(path) if path.is_file() else named
    if not found or (folder and not named and found != TABLE):
        return None
    inside = path.relative_to(folder).parts[:-1] if folder else path.parts[-2:-1]
    return Source(path, found, _kind_named((Path(path.name.removesuffix(".gz")).stem, *reversed(inside))))


def _kind_named(names: Sequence[str]) -> str:
    """The kind that a file's name, or else a folder's, has as its last word; empty for none."""
    for name in names:
        for word in reversed(re.split(r"[^a-z]+", name.lower())):
            if word in _KINDS:
                return _KINDS[word]
    return ""
