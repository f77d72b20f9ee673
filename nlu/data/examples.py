"""Training data as people wrote it: examples, synonyms, lookup tables and patterns, each with its file and line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlu.interpretation import Entity

ListingKind = Literal["synonym", "lookup", "regex"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, counted from 1; its text is `file:line`."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its intent and entities; an entity's value is its synonym where the annotation gives one.

    `response_key` is what follows the slash in a retrieval intent such as `faq/opening_hours`, else empty.
    """

    text: str
    intent: str
    place: Place
    entities: tuple[Entity, ...] = ()
    response_key: str = ""

    @property
    def label(self) -> str:
        """The intent as it is written: with its response key, if it has one."""
        return f"{self.intent}/{self.response_key}" if self.response_key else self.intent


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a listing."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Listing:
    """A synonym with its variants, a lookup table with its entries, or a name with its patterns."""

    kind: ListingKind
    name: str
    items: tuple[Listed, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class NluData:
    """All that was read, in the order of the files."""

    examples: tuple[Example, ...] = ()
    listings: tuple[Listing, ...] = ()

    def __add__(self, other: "NluData") -> "NluData":
        return NluData(self.examples + other.examples, self.listings + other.listings)
