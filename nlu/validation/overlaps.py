"""Finds entries of lookup tables that stand inside entries of other tables: "medium" in "medium roast"."""

from collections.abc import Iterator, Sequence

from nlu.data.examples import Listed, NluData
from nlu.validation.duplicates import normalized
from nlu.validation.findings import Finding

REGEX_EXTRACTOR = "RegexEntityExtractor"
SOUND_ALIKE = "SoundAlikeEntityExtractor"
MOST_SHOWN = 5


def overlapping_entries(data: NluData, pipeline: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each two tables of which one has entries inside entries of the other.

    pipeline: the names of the components. RegexEntityExtractor finds both values in such a text, which is a warning
    unless a later component drops the part.
    """
    names = {name.rsplit(".", 1)[-1] for name in pipeline}
    found: dict[tuple[str, str], list[tuple[Listed, Listed]]] = {}
    tables = _tables(data)
    for kind, entries in tables.items():
        for words, entry in entries.items():
            for part in _parts(words):
                for other, others in tables.items():
                    if other != kind and part in others:
                        found.setdefault((other, kind), []).append((others[part], entry))
    for (inner, outer), pairs in found.items():
        yield _finding(inner, outer, pairs, dropped=SOUND_ALIKE in names or REGEX_EXTRACTOR not in names)


def _finding(inner: str, outer: str, pairs: Sequence[tuple[Listed, Listed]], *, dropped: bool) -> Finding:
    part, whole = pairs[0]
    message = f"{part.text!r} of the table {inner} is inside {whole.text!r} of the table {outer}"
    message += f", and so are {len(pairs) - 1} more" if len(pairs) > 1 else ""
    cure = f"annotate both kinds in examples that have {part.text!r} alone and {whole.text!r}"
    if not dropped:
        cure = f"add {SOUND_ALIKE} after {REGEX_EXTRACTOR}, which finds both values in the longer one"
    also = tuple(Listed(f"{outer}: {entry.text}", entry.place) for _, entry in pairs[:MOST_SHOWN])
    return Finding("hint" if dropped else "warning", "overlapping-entries", message, cure, part.place, also)


def _tables(data: NluData) -> dict[str, dict[tuple[str, ...], Listed]]:
    tables: dict[str, dict[tuple[str, ...], Listed]] = {}
    for listing in data.listings:
        if listing.kind == "lookup":
            for item in listing.items:
                tables.setdefault(listing.name, {}).setdefault(tuple(normalized(item.text).split()), item)
    return tables


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words in a row that are not all of `words`."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if end - start < len(words):
                yield words[start:end]
