"""The meaning of a turn: its acts, the labels that it asks for, the values that it wishes, and what it refers to."""

from dataclasses import dataclass, field
from enum import StrEnum


class Act(StrEnum):
    """What a turn does; it may do several things, or none of them."""

    FIND = "find"  # says what is wanted, first or as an answer to a question
    ASK = "ask"  # asks for the value of a label
    ANOTHER = "another"  # wants to see others
    CHOOSE = "choose"  # takes what was offered, or wants to book or buy it
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    COMPARE = "compare"
    REFINE = "refine"  # changes the search that is going on
    COMPLAIN = "complain"
    PERSON = "person"  # wants to speak to a human


class Operator(StrEnum):
    """How a value is wished."""

    IS = "is"
    NOT = "not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MOST = "most"  # of all: "the largest"; has no value
    LEAST = "least"  # of all: "the cheapest"; has no value
    ANY = "any"  # it does not matter; has no value


class Reference(StrEnum):
    """What a turn points at."""

    FOCUS = "focus"  # what was spoken of last: "it", "that one"
    PLACE = "place"  # a place in the list: "the second one"
    LIST = "list"  # what was listed: "which of those"
    PAIR = "pair"  # two things: "both", "the two"
    OTHER = "other"  # what was not spoken of last: "the other one"
    CORRECTION = "correction"  # something said before, which was wrong: "no, I meant"


@dataclass(frozen=True, slots=True)
class Wish:
    """A value of a label that is wanted, or is not.

    `value` is one of the schema's where the turn names one, else the turn's own words; `""` where the operator has
    none. `span` is where it stands in the turn, in characters, end exclusive; None where it does not.
    """

    label: str
    operator: Operator
    value: str
    probability: float
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a turn means; every part maps what was read to its probability, and leaves out what is below one half."""

    acts: dict[Act, float]
    asked: dict[str, float]
    wishes: tuple[Wish, ...]
    references: dict[Reference, float]


NOTHING = Reading({}, {}, (), {})
SURE = 0.8
"""The least probability of an act by which a turn may be answered; chosen on conversations for development."""


@dataclass(frozen=True, slots=True)
class TurnReading:
    """What a turn means to whoever answers it, as far as that is sure; by default nothing is.

    `labels` are the names of all that could have been asked.
    """

    reading: Reading = NOTHING
    labels: frozenset[str] = field(default_factory=frozenset)

    @property
    def finds(self) -> bool:
        """Whether the turn surely says what is looked for, and asks nothing."""
        return self._is_sure(Act.FIND) and Act.ASK not in self.reading.acts

    @property
    def asks(self) -> bool:
        """Whether the turn surely asks about something, and looks for nothing."""
        return self._is_sure(Act.ASK) and self.reading.acts.keys().isdisjoint({Act.FIND, Act.ANOTHER, Act.COMPARE})

    def asks_else_than(self, label: str) -> bool:
        """Whether the turn surely asks a question, and not for what stands under `label`."""
        return self.asks and label in self.labels and label not in self.reading.asked

    def _is_sure(self, act: Act) -> bool:
        return self.reading.acts.get(act, 0.0) >= SURE
