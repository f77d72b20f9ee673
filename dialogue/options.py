"""Every setting of the dialogue, with its default."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DialogueOptions:
    """How `RasaRuntime` keeps conversations and reaches actions."""

    tracker_path: Path | None = None
    """An SQLite file that keeps conversations over a restart; None keeps them in memory."""

    endpoints_path: Path | None = None
    """A Rasa endpoints.yml: its action_endpoint, tracker_store, lock_store and nlg are used where it has them."""

    turn_timeout_seconds: float = 30.0
    """A turn that takes longer raises DialogueError: an action waits for something that does not come."""

    action_timeout_seconds: float = 10.0
    """An action that takes longer is given up and fails its turn; no other conversation waits for it."""
