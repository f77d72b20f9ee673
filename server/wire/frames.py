"""The frames of a client as JSON objects: what is no JSON, or holds too much or too deep, is refused."""

import binascii
import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from server.wire.messages import MAX_EVENT_ID, ErrorCode, ProtocolError

MAX_VALUES = 100_000
"""Brackets and commas of a frame, which bound how many values it holds; base64 has neither."""

SLICE_CHARACTERS = 2**16
"""Characters of base64 that are decoded at once: a second of PCM."""

LONG_TEXT = 2**20
"""Characters of a text in a frame that is taken for audio, until the frame is read."""

_MARK = "\ue000heedful\ue001"  # of code points that mean nothing to anybody
_MAX_DEPTH = 100  # of objects and lists within each other; each step that reads or writes them recurses
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


def decode_object(frame: str | bytes) -> dict[str, Any]:
    """Read the JSON object in a frame; half a surrogate pair, which no text may have, becomes a question mark.

    Raises:
        ProtocolError: the frame is binary, is not JSON (no number is infinite), holds too much or too deep, or is no
            object.
    """
    if isinstance(frame, bytes):
        raise ProtocolError(
            ErrorCode.INVALID_EVENT,
            "Binary frames are not part of the protocol: send JSON text frames, with audio as base64 "
            "in input_audio_buffer.append.",
        )
    short, audio = _without_audio(frame)
    if audio:
        with suppress(ProtocolError):  # what was taken out may have been something else
            value = _read(short)
            if _put_back(value, audio):
                return value
    return _read(frame)


def _read(frame: str) -> dict[str, Any]:
    values = sum(map(frame.count, "{[,"))
    if values > MAX_VALUES:  # a frame may be long for its audio, but millions of values take seconds to read
        raise ProtocolError(
            ErrorCode.INVALID_EVENT,
            f"The frame has {values} brackets and commas, and may have {MAX_VALUES}: send less in one event.",
        )
    try:
        value = json.loads(frame, parse_constant=_refuse_constant, parse_float=_finite)
        if _HALF_A_PAIR.search(frame):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(ErrorCode.INVALID_EVENT, f"The frame is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ProtocolError(
            ErrorCode.INVALID_EVENT, f"An event is a JSON object, but the frame holds {type(value).__name__}."
        )
    if frame.count("{") + frame.count("[") > _MAX_DEPTH and _is_deeper(value, _MAX_DEPTH):
        raise ProtocolError(
            ErrorCode.INVALID_EVENT, f"The frame nests objects and lists more than {_MAX_DEPTH} deep: nest fewer."
        )
    return value


def _without_audio(frame: str) -> tuple[str, str]:
    """Take the long text out of a frame and leave a mark; empty where there is none.

    Reading 20 MiB of JSON holds up everybody for a tenth of a second, and nearly all of a frame so long is one text,
    in which its middle lies. Its ends are found at the speed of memory.
    """
    middle = len(frame) // 2
    start, end = frame.rfind('"', 0, middle) + 1, frame.find('"', middle)
    if not 0 < start < end - LONG_TEXT or frame.find("\\", start, end) >= 0:
        return frame, ""
    return f"{frame[:start]}{_MARK}{frame[end:]}", frame[start:end]


def _put_back(value: dict[str, Any], audio: str) -> bool:
    """Put the long text where its mark stands, if that is as a field `audio`; say whether it was."""
    level: list[Any] = [value]
    while level:
        outer = level.pop()
        if isinstance(outer, dict) and outer.get("audio") == _MARK:
            outer["audio"] = audio
            return True
        level += outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
    return False


def _is_deeper(value: dict[str, Any], depth: int) -> bool:
    level: list[Any] = [value]
    for _ in range(depth):
        inner = (child for outer in level for child in (outer.values() if isinstance(outer, dict) else outer))
        level = [child for child in inner if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits:.20} is too large")
    return number


def decode_base64(audio: str, param: str) -> bytes:
    """Decode the base64 text in the field `param`.

    Raises:
        ProtocolError: it is not base64.
    """
    try:
        if audio.endswith("==="):
            raise binascii.Error("more than two signs of padding")  # of which binascii takes any number
        return binascii.a2b_base64(audio, strict_mode=True)
    except ValueError as error:
        raise ProtocolError(
            ErrorCode.INVALID_VALUE, f"Invalid value for '{param}': not base64 ({error}).", param
        ) from error


def decode_in_slices(audio: str, param: str) -> Iterator[bytes]:
    """Decode the same piece by piece, whole samples each but the last, so that others can go on between the pieces.

    Raises:
        ProtocolError: it is not base64.
    """
    for start in range(0, len(audio), SLICE_CHARACTERS):
        piece = audio[start : start + SLICE_CHARACTERS]
        if piece.endswith("=") and start + SLICE_CHARACTERS < len(audio):
            raise ProtocolError(
                ErrorCode.INVALID_VALUE, f"Invalid value for '{param}': not base64 (it goes on after its end).", param
            )
        yield decode_base64(piece, param)


def event_id_of(value: dict[str, Any]) -> str | None:
    """Find the id that the client gave its event, for the error that answers it, whatever else is wrong with it."""
    event_id = value.get("event_id")
    return event_id if isinstance(event_id, str) and len(event_id) <= MAX_EVENT_ID else None
