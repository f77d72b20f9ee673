"""What the parts of a session share: its configuration, its conversation, and the numbers of its events."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from server.options import LimitOptions
from server.protocol.active_responses import ActiveResponses
from server.protocol.conversation import Conversation
from server.protocol.input_audio import InputAudio
from server.protocol.outputs import Output, Send
from server.protocol.transcription import Recognitions
from server.wire.messages import ProtocolError, ServerEvent, error_event
from server.wire.session_config import SessionConfig


def new_id(prefix: str) -> str:
    """Draw a fresh id such as `item_3f2a…`."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


@dataclass(slots=True)
class SessionState:
    """The state of one session that more than one of its parts reads or changes."""

    config: SessionConfig
    conversation_id: str
    conversation: Conversation
    input: InputAudio
    limits: LimitOptions
    make_id: Callable[[str], str]
    active: ActiveResponses = field(init=False)
    recognitions: Recognitions = field(init=False)
    _events: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.active = ActiveResponses(self.conversation, self.limits)
        self.recognitions = Recognitions(self.conversation, self.active)

    def send(self, event: ServerEvent) -> Output:
        """Send an event under the next number."""
        self._events += 1
        return Send({"event_id": f"event_{self._events:06d}", **event})

    def sends(self, events: list[ServerEvent]) -> list[Output]:
        """Send events, in order."""
        return [self.send(event) for event in events]

    def refuse(self, error: ProtocolError, event_id: str | None = None) -> list[Output]:
        """Say what cannot be done: what the client asked for with the event of that id, or what nobody asked for."""
        return [self.send(error_event(error, event_id))]
