"""A conversation as a test: what is said, and what has to follow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from nlu.interpretation import Entity


@dataclass(frozen=True, slots=True)
class Said:
    """The user says a text; `intent` None: it may be understood in any way. `entities` must be among those found.

    In a test by voice `recording` is a file in which it is said, and `spoken` how it is spoken where that is not as it
    is written. `in_order`: what `Ran`, `Says` and `SaysNot` ask for
    follows in their order.
    """

    text: str
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    recording: Path | None = None
    spoken: str | None = None
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Does:
    """The next action that runs has this name."""

    action: str


@dataclass(frozen=True, slots=True)
class Ran:
    """An action of this name is among those that ran in the turn."""

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
class Button:
    """A button of a message; `payload` None: whatever it sends."""

    title: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Says:
    """A message of the turn fits: a response's text, one in which a regular expression is found, with these buttons."""

    response: str | None = None
    pattern: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class SaysNot:
    """No message of the turn fits as one of `Says` does."""

    response: str | None = None
    pattern: str | None = None
    buttons: tuple[Button, ...] = ()


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


Check: TypeAlias = Does | Ran | Replies | Utters | Says | SaysNot | Holds | HoldsNot
Step: TypeAlias = Said | Check


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said once, and what is checked of what follows, `first_step` being the place of the first in the story.

    `said` None: these checks stand in front of the first thing that is said.
    """

    said: Said | None
    checks: tuple[Check, ...]
    first_step: int


@dataclass(frozen=True, slots=True)
class Story:
    """A test conversation, from its file; `slots` have their values before it begins."""

    name: str
    file: Path
    steps: tuple[Step, ...]
    slots: Mapping[str, object] = field(default_factory=dict)

    def turns(self) -> Iterator[Turn]:
        """Yield the turns, each with the checks up to the next one."""
        said: Said | None = None
        first, checks = 0, list[Check]()
        for index, step in enumerate(self.steps):
            if not isinstance(step, Said):
                checks.append(step)
                continue
            if said is not None or checks:
                yield Turn(said, tuple(checks), first)
            said, first, checks = step, index, []
        if said is not None or checks:
            yield Turn(said, tuple(checks), first)

    def as_spoken(self) -> "Story":
        """Return the story with the words that are said aloud in the place of those that are typed."""
        spoken = (
            replace(step, text=step.spoken) if isinstance(step, Said) and step.spoken else step for step in self.steps
        )
        return replace(self, steps=tuple(spoken))
