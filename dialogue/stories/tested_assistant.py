"""An assistant that test conversations are held with, and the one that takes them as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialogue.errors import ActionError
from dialogue.reply import Reply
from dialogue.stories.story import Said
from nlu.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn as it went: what was heard, how it was understood, and the reply; `error` says why there is none.

    `joined`: the messages of the reply are known only as one text.
    """

    heard: str
    interpretation: Interpretation
    reply: Reply
    error: str = ""
    joined: bool = False


class TestedAssistant(Protocol):
    """Holds conversations, each by an id of its own."""

    def begin(self, conversation_id: str, slots: Mapping[str, object]) -> None:
        """Begin a conversation in which slots have these values."""
        ...

    def say(self, conversation_id: str, said: Said) -> Taken:
        """Take one turn."""
        ...

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]] | None:
        """Return the values that each slot had in the last turn, that of now as the last; None: they are not seen."""
        ...

    def end(self, conversation_id: str) -> None:
        """Drop a conversation."""
        ...


class Understanding(Protocol):
    """A loaded model of the dialogue."""

    def interpret(self, text: str) -> Interpretation:
        """Understand a text."""
        ...

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        """Take one turn in a conversation."""
        ...

    def set_slots(self, conversation_id: str, values: Mapping[str, object]) -> None:
        """Give slots of a conversation these values."""
        ...

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]]:
        """Return the values that each slot had in the last turn of a conversation, that of now as the last."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        ...


class TypedAssistant:
    """Takes what is said as text, with a model in this process."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding

    def begin(self, conversation_id: str, slots: Mapping[str, object]) -> None:
        """Begin a conversation in which slots have these values."""
        if slots:
            self._understanding.set_slots(conversation_id, slots)

    def say(self, conversation_id: str, said: Said) -> Taken:
        """Take one turn with the words as they are written."""
        return self.take(conversation_id, said.text)

    def take(self, conversation_id: str, text: str) -> Taken:
        """Take one turn with these words."""
        understood = self._understanding.interpret(text)
        try:
            return Taken(text, understood, self._understanding.respond(conversation_id, understood))
        except ActionError as error:
            return Taken(text, understood, Reply(()), str(error))

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]] | None:
        """Return the values that each slot had in the last turn, that of now as the last."""
        return self._understanding.slot_values(conversation_id)

    def end(self, conversation_id: str) -> None:
        """Drop a conversation."""
        self._understanding.forget(conversation_id)
