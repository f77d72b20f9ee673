"""One row of a source file, read field by field with errors that name the place."""

import re
from dataclasses import dataclass

from retrieval.errors import CorpusError

TOO_DEEP = "nested too deep"
MAX_SHOWN = 300  # characters of a value in a message
MAX_DEPTH = 100  # lists and mappings inside one another
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one row and where it stands (`file:line`); each getter raises CorpusError when it
    cannot.
    """

    fields: dict[str, object]
    place: str

    @classmethod
    def of(cls, value: object, place: str) -> "Row":
        """Wrap a parsed value, which must be a mapping; raises CorpusError for another, or one nested too deep."""
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise CorpusError(
                place, "not a mapping of names to values; write one object for each document", "no mapping"
            )
        if _is_too_deep(value):
            problem = f"more than {MAX_DEPTH} lists and mappings inside one another; write the values flat"
            raise CorpusError(place, problem, TOO_DEEP)
        return cls(value, place)

    def allow(self, *names: str) -> None:
        """Refuse any field that is not in `names`, since it would otherwise be dropped."""
        for name in self.fields:
            if name not in names:
                known = ", ".join(names)
                raise CorpusError(self.place, f"unknown field {name!r}; known are {known}", f"unknown field {name!r}")

    def wrong(self, what: str, value: object, advice: str) -> CorpusError:
        """The error that says that a field cannot have the value it has."""
        return CorpusError(self.place, f"{what} is {shown(value)}; {advice}", f"{what} is not usable")

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not blank; `default` when the field is missing and a default is given."""
        value = self.fields.get(key, default)
        if value is None:
            raise CorpusError(self.place, f"{key} is missing; add it", f"{key} is missing")
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self.wrong(key, value, "write a text that is not empty")
        return value.strip()

    def name(self, key: str) -> str:
        """A string fit for an id: letters, digits, dot, dash and underscore."""
        value = self.text(key)
        if not NAME.fullmatch(value):
            raise self.wrong(key, value, "use letters, digits, '.', '-' and '_' only")
        return value

    def number(self, key: str) -> float | None:
        """A number that is not negative; None when the field is missing or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self.wrong(key, value, "write a number that is not negative")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty when the field is missing or null."""
        value = self.fields.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(key, value, "write a list of texts")
        return tuple(item.strip() for item in value)

    def labels(self, key: str) -> list[tuple[str, str]]:
        """A mapping of labels to texts, numbers or yes/no values, as pairs of strings."""
        value = self.fields.get(key)
        if value is None:
            return []
        if not isinstance(value, dict):
            raise self.wrong(key, value, "write a mapping of labels to texts")
        return [(str(label).strip(), self._label_text(key, label, item)) for label, item in value.items()]

    def _label_text(self, key: str, label: object, item: object) -> str:
        if isinstance(item, bool):
            return "yes" if item else "no"
        if isinstance(item, int | float) or (isinstance(item, str) and item.strip()):
            return str(item).strip()
        raise self.wrong(f"{label!r} in {key}", item, "write a text or a number")


def shown(value: object) -> str:
    """Return a value as a message names it, its beginning where it is long."""
    whole = repr(value)
    return whole if len(whole) <= MAX_SHOWN else f"{whole[:MAX_SHOWN]}…"


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        holders = [held for held in level if isinstance(held, list | dict)]
        level = [item for held in holders for item in (held.values() if isinstance(held, dict) else held)]
        if not level:
            return False
    return True
