"""Every setting of the dialogue, with its default."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DialogueOptions:
    """How `RasaRuntime` keeps conversations and reaches actions."""

    tracker_path: Path | None = None
    """An SQLite file that keeps conversations over a restart; None keeps them in memory."""

    retention_days: float = 30.0
    """Days after its last turn when a conversation is deleted; inf keeps it for ever."""

    kept_conversations: int = 1000
    """Closed conversations that are kept without a tracker_path, in memory; the oldest go first."""

    kept_conversation_bytes: int = 32 * 2**20
    """Bytes of the closed conversations that are kept in memory."""

    endpoints_path: Path | None = None
    """A Rasa endpoints.yml: its action_endpoint, tracker_store, lock_store and nlg are used where it has them."""

    turn_timeout_seconds: float = 30.0
    """A turn that takes longer raises DialogueError: an action waits for something that does not come."""

    action_timeout_seconds: float = 10.0
    """An action that takes longer is given up and fails its turn; no other conversation waits for it."""

    def __post_init__(self) -> None:
        if not self.retention_days > 0:
            raise ValueError(f"retention_days is {self.retention_days}; give a number above 0, or inf")
        for name in ("kept_conversations", "kept_conversation_bytes"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 or more")
