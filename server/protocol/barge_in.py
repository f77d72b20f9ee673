"""Barge-in: which replies are cut short, by speech over them or by the client, and what follows.

A reply that is cut short keeps what was made of it until then; `truncation` cuts it further, to what was heard.
"""

from server.protocol.active_responses import ActiveResponses
from server.protocol.messages import ErrorCode, ProtocolError
from server.protocol.response import Ending, Response
from server.protocol.session_config import SemanticVad, ServerVad
from server.protocol.truncation import audio_ms

SPOKEN_OVER = Ending("cancelled", {"type": "cancelled", "reason": "turn_detected"})
STOPPED_BY_CLIENT = Ending("cancelled", {"type": "cancelled", "reason": "client_cancelled"})


def spoken_over(active: ActiveResponses, detection: ServerVad | SemanticVad | None) -> list[Response]:
    """Find the responses that end because somebody begins to speak: not those out of band, which nobody hears."""
    return active.in_conversation() if detection is not None and detection.interrupt_response else []


def to_cancel(active: ActiveResponses, response_id: str | None) -> Response:
    """Find the response that a client cancels: the one it names, else the latest.

    Raises:
        ProtocolError: there is no such response.
    """
    wanted = [response for response in active if response_id in (None, response.id)]
    if not wanted:
        raise ProtocolError(ErrorCode.CANCEL_NOT_ACTIVE, "Cancellation failed: no active response found")
    return wanted[-1]


def unheard_ms(response: Response, ending: Ending) -> float:
    """Return how much sound the user has still to hear when the response ends: none of one that was cut short."""
    return 0.0 if ending.status == "cancelled" else sum(audio_ms(part) for part in response.item.parts)
