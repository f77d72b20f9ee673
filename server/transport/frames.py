"""How much one frame may hold, so that reading it does not keep the others waiting."""

from server.protocol.messages import ErrorCode, ProtocolError

# 15 MiB of audio in one append, as base64, with room for the JSON around it.
MAX_FRAME_BYTES = 21 * 2**20
# JSON is decoded in one go, with the interpreter's lock held. 20 MiB of base64 take 0.1 s; 20 MiB of `[],[],` 12 s.
MAX_SEPARATORS = 20_000
SEPARATORS = ",[{"


def check_frame(frame: str | bytes) -> None:
    """Refuse a frame of very many small values; long texts and audio may fill it.

    Raises:
        ProtocolError: it has more than `MAX_SEPARATORS` commas and opening brackets.
    """
    if isinstance(frame, str) and len(frame) > MAX_SEPARATORS and _separators(frame) > MAX_SEPARATORS:
        raise ProtocolError(
            ErrorCode.INVALID_EVENT,
            f"The frame has more than {MAX_SEPARATORS} commas and opening brackets: send its values in several events.",
        )


def _separators(frame: str) -> int:
    """Count up to one more than the limit; `find` is fast where there are few, as in audio."""
    count = 0
    for sign in SEPARATORS:
        place = frame.find(sign)
        while place >= 0 and count <= MAX_SEPARATORS:
            count += 1
            place = frame.find(sign, place + 1)
    return count
