"""What the patterns know of a turn, and what they do with it; free of Rasa."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.patterns.recognizer import Likeness

PERSON_OFFERED = "person"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said: its text, its intent and how sure that is, the other intents by likelihood, its pattern."""

    text: str
    intent: str = ""
    confidence: float = 0.0
    ranking: tuple[str, ...] = ()
    likeness: Likeness = Likeness()


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form that is under way.

    `requested`: the slot that it asks for; `slots`: all of its slots; `held`: those that have a value, in the order
    in which they got it. `filled`: those that what was said fills; `by_text`: it fills the slot asked for by its
    whole text, as free text does whatever it says. `by_answer`: it fills that slot as a yes or a no, by its intent
    alone. `before`: the value of that slot before. `others`: values that what was said has for slots that the form
    does not ask for now.
    """

    name: str
    requested: str = ""
    slots: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    by_text: bool = False
    by_answer: bool = False
    before: Any = None
    others: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndedForm:
    """A form that came to its end in one of the last turns: the values that it had, and those said now for its slots.

    `confirming`: those of its slots that a yes or a no fills.
    """

    name: str
    values: Mapping[str, Any]
    others: Mapping[str, Any]
    confirming: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What the patterns did before: `offer`, in the last turn; `offered_text`, what was said before that offer.

    `misses`: the last turns without a break in which nothing was understood. `unanswered`: how often an answer could
    not be given since the form began. `said`: the responses of the last turn. `has_spoken`: whether the last turn said
    anything but the form's question.
    """

    offer: str = ""
    offered_text: str = ""
    misses: int = 0
    unanswered: int = 0
    said: tuple[str, ...] = ()
    has_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that begins: what was said, where, and after what.

    `says_something`: whether it says what is wanted, in addition to a yes, a no or thanks. `points_back`: whether it
    points at what an answer named, or takes what one offered.
    """

    said: Said
    form: OpenForm | None = None
    ended: EndedForm | None = None
    past: Past = Past()
    says_something: bool = False
    points_back: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pattern does: actions one after the other, beginning with the slots that it sets.

    `offer`: what a yes in the next turn accepts. `signal`: what a client learns apart from the text. `forget`: whether
    all slots are emptied. `as_intent`: the intent that the text before the offer is taken for from now on. An empty
    `actions` leaves the turn to the project.
    """

    pattern: str
    actions: tuple[str, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)
    offer: str = ""
    signal: str = ""
    forget: bool = False
    as_intent: str = ""
