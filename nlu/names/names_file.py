"""Catalogues of names on disk: JSON that cannot run code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlu.errors import WeightsError
from nlu.names.sound_index import CatalogueName

FORMAT = 2
NAMES_FILE = "names.json"


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The names of each kind of entity, and the words that people say around them."""

    names: Mapping[str, Sequence[CatalogueName]]
    ordinary_words: frozenset[str] = frozenset()
    closed: Mapping[str, float] = field(default_factory=dict)
    """The kinds of which people name nothing but these, with how much that is in doubt, 0 to 1."""


def write_catalogues(directory: Path, catalogues: Catalogues) -> None:
    """Write into `directory`."""
    described = {
        "format": FORMAT,
        "names": {
            entity: [[entry.name, entry.id, list(entry.forms)] for entry in names]
            for entity, names in catalogues.names.items()
        },
        "ordinary_words": sorted(catalogues.ordinary_words),
        "closed": dict(catalogues.closed),
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / NAMES_FILE).write_text(json.dumps(described, ensure_ascii=False, indent=1), "utf-8")


def read_catalogues(directory: Path) -> Catalogues:
    """Read what `write_catalogues` wrote; raises WeightsError when it is damaged."""
    file = directory / NAMES_FILE
    try:
        described = json.loads(file.read_text("utf-8"))
        if described["format"] != FORMAT:
            raise WeightsError(f"{file} has format {described['format']!r}, expected {FORMAT}: train again")
        names = {
            str(entity): [CatalogueName(str(name), tuple(map(str, forms)), str(id)) for name, id, forms in entries]
            for entity, entries in described["names"].items()
        }
        closed = {str(entity): float(doubt) for entity, doubt in described["closed"].items() if entity in names}
        return Catalogues(names, frozenset(map(str, described["ordinary_words"])), closed)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"the names in {file} cannot be read ({error!r}): train again") from error
