"""A conversation as a test: what is said, and what has to follow."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from nlu.interpretation import Entity


@dataclass(frozen=True, slots=True)
class Said:
    """The user says a text; `intent` None: it may be understood in any way. `entities` must be among those found."""

    text: str
    intent: str | None = None
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Does:
    """The next action that runs has this name."""

    action: str


@dataclass(frozen=True, slots=True)
class Replies:
    """The next message is exactly this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Utters:
    """The next message is one of a response's texts."""

    response: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A slot had this value in the last turn; `any_value`: it has any, but not none."""

    slot: str
    value: object = None
    any_value: bool = False


@dataclass(frozen=True, slots=True)
class HoldsNot:
    """A slot does not have this value; `any_value`: it has none."""

    slot: str
    value: object = None
    any_value: bool = False


Step: TypeAlias = Said | Does | Replies | Utters | Holds | HoldsNot


@dataclass(frozen=True, slots=True)
class Story:
    """A test conversation, from its file."""

    name: str
    file: Path
    steps: tuple[Step, ...]
