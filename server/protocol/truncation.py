"""Cuts a spoken reply to what was heard of it: its sound, and with it the text that is remembered."""

from server.protocol.audio_formats import bytes_per_ms
from server.protocol.items import Item, Part
from server.protocol.messages import ErrorCode, ProtocolError


def truncate(item: Item, content_index: int, audio_end_ms: int) -> None:
    """Cut the assistant's message after `audio_end_ms` of its audio.

    Raises:
        ProtocolError: it is no spoken reply (or its audio is no longer kept), or it is shorter than that.
    """
    part = item.parts[content_index] if content_index < len(item.parts) else None
    if part is None or not part.spoken:
        raise ProtocolError(ErrorCode.UNSUPPORTED_CONTENT_TYPE, "Only model output audio messages can be truncated")
    length_ms = audio_ms(part)
    if audio_end_ms > length_ms:
        raise ProtocolError(
            ErrorCode.INVALID_VALUE,
            f"Audio content of {length_ms:.0f}ms is already shorter than {audio_end_ms}ms",
            "audio_end_ms",
        )
    part.text = heard_text(part.spoken, audio_end_ms)
    if part.audio and part.audio_format:
        part.audio = part.audio[: audio_end_ms * bytes_per_ms(part.audio_format)]
    part.spoken = [(part.text, float(audio_end_ms))]


def audio_ms(part: Part) -> float:
    """Measure a part's audio in milliseconds."""
    return len(part.audio or b"") / bytes_per_ms(part.audio_format) if part.audio_format else 0.0


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
