"""Barge-in: which replies are cut short, by speech over them or by the client, and what of them was heard.

A reply that is cut short keeps what was made of it until then. The client then truncates it to what was heard: its
sound, and with it the text that is remembered. To truncate a reply that is still being made ends it.
"""

import math

from server.protocol.active_responses import ActiveResponses
from server.protocol.items import Item
from server.protocol.response import Ending, Response
from server.wire.audio_formats import bytes_per_ms
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SemanticVad, ServerVad

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


def to_truncate(active: ActiveResponses, item_id: str) -> list[Response]:
    """Find the response whose message a client truncates while it is made."""
    return [response for response in active.in_conversation() if response.item.id == item_id]


def unheard_ms(response: Response, ending: Ending) -> float:
    """Return how much sound the user has still to hear when the response ends: none of one that was cut short."""
    return 0.0 if ending.status == "cancelled" else sum(part.audio_ms for part in response.item.parts)


def truncate(item: Item, content_index: int, audio_end_ms: int) -> None:
    """Cut the assistant's message after `audio_end_ms` of its audio.

    Raises:
        ProtocolError: it is no spoken reply (or its audio is no longer kept), or it is shorter than that.
    """
    part = item.parts[content_index] if content_index < len(item.parts) else None
    if part is None or not part.spoken:
        raise ProtocolError(ErrorCode.UNSUPPORTED_CONTENT_TYPE, "Only model output audio messages can be truncated")
    length_ms = part.audio_ms
    if audio_end_ms > math.ceil(length_ms):  # clients round the length up
        raise ProtocolError(
            ErrorCode.INVALID_VALUE,
            f"Audio content of {length_ms:.0f}ms is already shorter than {audio_end_ms}ms",
            "audio_end_ms",
        )
    part.text = heard_text(part.spoken, audio_end_ms)
    if part.audio and part.audio_format:
        part.audio = part.audio[: audio_end_ms * bytes_per_ms(part.audio_format)]
    part.spoken = [(part.text, float(audio_end_ms))]


def heard_text(spoken: list[tuple[str, float]], end_ms: float) -> str:
    """Find the words of `spoken` (text, end in ms) heard by `end_ms`, in proportion to its time within a piece."""
    heard: list[str] = []
    start_ms = 0.0
    for text, piece_end_ms in spoken:
        if end_ms >= piece_end_ms:
            heard.append(text.strip())
        elif end_ms > start_ms:
            words = text.split()
            share = (end_ms - start_ms) / (piece_end_ms - start_ms)
            heard.append(" ".join(words[: int(len(words) * share)]))
        start_ms = piece_end_ms
    return " ".join(piece for piece in heard if piece)
