"""Finds the rows in a JSON file that is nested in any way."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import open_text

LARGEST = 2**24
"""Characters of a file that is looked at whole; larger ones have their rows in the list of the first member."""
_WRAPPED = frozenset({"id", "type", "attributes", "relationships", "links", "meta"})


def way_to_rows(path: Path) -> tuple[str, ...] | None:
    """The keys that lead to the longest list of objects in a file; None where that cannot be told."""
    try:
        with open_text(path) as file:
            text = file.read(LARGEST + 1)
        value = json.loads(text) if len(text) <= LARGEST else None
    except (CorpusError, ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or is_linked(value):
        return None
    lists = list(_lists(value, ()))
    return max(lists, key=lambda found: (found[1], -len(found[0])), default=(None, 0))[0]


def is_linked(value: Mapping[str, object]) -> bool:
    """Whether an object is JSON-LD, whose items schema.org names."""
    return "@type" in value or "@graph" in value


def _lists(value: Mapping[str, object], way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The ways to the lists of objects, with how many there are; not those inside the objects of a list."""
    for key, inner in value.items():
        if isinstance(inner, list):
            objects = sum(isinstance(item, dict) for item in inner)
            if objects and objects == len(inner):
                yield (*way, key), objects
        elif isinstance(inner, dict):
            yield from _lists(inner, (*way, key))


def unwrapped(fields: dict[str, object]) -> dict[str, object]:
    """An object without what is only wrapped around it: `{"node": {…}}`, and JSON:API's `attributes`."""
    while len(fields) == 1:
        (inner,) = fields.values()
        if not isinstance(inner, dict):
            break
        fields = inner
    attributes = fields.get("attributes")
    if isinstance(attributes, dict) and fields.keys() <= _WRAPPED:
        return {"id": fields.get("id"), **attributes}
    return fields


def keyed(fields: Mapping[str, object]) -> list[dict[str, object]]:
    """The rows of an object that has each row under its id: `{"A1": {…}, "A2": {…}}`; none where it is a row itself."""
    for values in (fields, *(inner for inner in fields.values() if isinstance(inner, dict))):
        rows = {str(key): row for key, row in values.items() if isinstance(row, dict)}
        shared = set.intersection(*(set(row) for row in rows.values())) if rows else set()
        if len(rows) > 1 and len(rows) == len(values) and shared:
            return [{"id": key, **row} for key, row in rows.items()]
    return []
