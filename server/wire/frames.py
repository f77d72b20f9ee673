"""The frames of a client as JSON objects: what is no JSON, or holds too much or too deep, is refused."""

import base64
import json
import math
import re
from typing import Any

from server.wire.messages import MAX_EVENT_ID, ErrorCode, ProtocolError

MAX_VALUES = 100_000
"""Brackets and commas of a frame, which bound how many values it holds; base64 has neither."""

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
        return base64.b64decode(audio, validate=True)
    except ValueError as error:
        raise ProtocolError(
            ErrorCode.INVALID_VALUE, f"Invalid value for '{param}': not base64 ({error}).", param
        ) from error


def event_id_of(value: dict[str, Any]) -> str | None:
    """Find the id that the client gave its event, for the error that answers it, whatever else is wrong with it."""
    event_id = value.get("event_id")
    return event_id if isinstance(event_id, str) and len(event_id) <= MAX_EVENT_ID else None
