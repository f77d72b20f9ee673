"""A turn as the reader understands it, where rules are unsure: whether it searches or asks, and whether for a fact."""

from functools import cached_property
from typing import Protocol

from retrieval.properties.facts import ChosenFact
from retrieval.question import Question
from retrieval.reading.reading import TurnReading

UNDOUBTED = 0.7  # score of a fact from which it is what is asked for, however the turn is read


class ReadsTurns(Protocol):
    """What reads a turn that follows a reply against the labels of the catalogue."""

    def read(self, text: str, previous_reply: str = "") -> TurnReading: ...


class ReadTurn:
    """Reads a turn when its meaning is first wanted: most questions are clear without, and reading takes time."""

    def __init__(self, question: Question, reader: ReadsTurns | None) -> None:
        """Without a `reader`, nothing is sure."""
        self._question = question
        self._reader = reader

    @cached_property
    def _reading(self) -> TurnReading:
        if self._reader is None:
            return TurnReading()
        return self._reader.read(self._question.text, self._question.last_reply)

    @property
    def finds(self) -> bool:
        """Whether it surely says what is looked for, and asks nothing."""
        return self._reading.finds

    @property
    def asks(self) -> bool:
        """Whether it surely asks about something, and looks for nothing."""
        return self._reading.asks

    def doubts(self, chosen: ChosenFact | None) -> bool:
        """Whether a fact that rules choose without being sure is not what it asks for."""
        if chosen is None or chosen.fact is None or chosen.score >= UNDOUBTED:
            return False
        return self._reading.asks_else_than(chosen.fact.label)
