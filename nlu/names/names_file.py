"""Catalogues of names on disk: JSON that cannot run code."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.errors import WeightsError
from nlu.names.sound_index import CatalogueName

FORMAT = 1
NAMES_FILE = "names.json"


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The names of each kind of entity, and the words that people say around them."""

    names: Mapping[str, Sequence[CatalogueName]]
    ordinary_words: frozenset[str] = frozenset()


def write_catalogues(directory: Path, catalogues: Catalogues) -> None:
    """Write into `directory`."""
    described = {
        "format": FORMAT,
        "names": {
            entity: [[entry.name, entry.id, list(entry.forms)] for entry in names]
            for entity, names in catalogues.names.items()
        },
        "ordinary_words": sorted(catalogues.ordinary_words),
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
        return Catalogues(names, frozenset(map(str, described["ordinary_words"])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"the names in {file} cannot be read ({error!r}): train again") from error
