"""What is said back: the reply of one turn."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """What the assistant says in one turn.

    `texts` are the messages in order, each one or more sentences; empty when the assistant stays silent.
    `source_ids` are the ids of the passages quoted, in the order of the text. `slots` is what the conversation
    remembers after the turn (only slots that are set), `actions` are the action names that ran.
    """

    texts: tuple[str, ...]
    source_ids: tuple[str, ...] = ()
    slots: dict[str, object] = field(default_factory=dict)
    actions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All messages joined by a space."""
        return " ".join(self.texts)
