"""What is said back: the reply of one turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.client_tools import ToolCall


@dataclass(frozen=True, slots=True)
class Reply:
    """What the assistant says in one turn.

    `texts` are the messages in order, each one or more sentences; empty when the assistant stays silent.
    `source_ids` are the ids of the passages quoted, in the order of the text. `actions` are the names of the actions
    that ran. `calls` are the functions of the client's that the dialogue waits for, in order. `signals` are what a
    client learns apart from the text, such as `handover`: a person is asked for. `messages` are those that carry more
    than a text, as Rasa's channels pass them on, with the keys `text`, `buttons`, `image`, `attachment` and `custom`.
    """

    texts: tuple[str, ...]
    source_ids: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    signals: tuple[str, ...] = ()
    messages: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """Return all messages joined by a space."""
        return " ".join(self.texts)

    @property
    def choices(self) -> list[str]:
        """Return the titles of all buttons, in order."""
        buttons = (button for message in self.messages for button in message.get("buttons", ()))
        return [title for button in buttons if (title := str(button.get("title") or "").strip())]

    def __add__(self, other: "Reply") -> "Reply":
        """Join two replies that are given as one; the calls are those of the latter, which the dialogue waits for."""
        return Reply(
            self.texts + other.texts,
            tuple(dict.fromkeys(self.source_ids + other.source_ids)),
            self.actions + other.actions,
            other.calls,
            tuple(dict.fromkeys(self.signals + other.signals)),
            self.messages + other.messages,
        )
