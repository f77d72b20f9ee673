"""What is said back: the reply of one turn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What the assistant says in one turn.

    `texts` are the messages in order, each one or more sentences; empty when the assistant stays silent.
    `source_ids` are the ids of the passages quoted, in the order of the text. `actions` are the names of the actions
    that ran.
    """

    texts: tuple[str, ...]
    source_ids: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return all messages joined by a space."""
        return " ".join(self.texts)
