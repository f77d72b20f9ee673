"""Reading what clients send: so many bytes and no more, and not slower than a telephone line."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from server.endpoints.errors import ApiError, Refusal

FIRST_SECONDS = 30.0
MIN_BYTES_PER_SECOND = 4000
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
CLOSE = {"Connection": "close"}  # what the client still sends is not read


def bounded(request: Request, max_bytes: int, now: Callable[[], float] = time.monotonic) -> Request:
    """The same request, of which no more than `max_bytes` of body can be read.

    Reading it raises ApiError when the body is longer, or comes too slowly: after `FIRST_SECONDS`, on average less than
    `MIN_BYTES_PER_SECOND` came.
    """
    _check_length(request, max_bytes)
    started, received = now(), 0

    async def receive() -> Message:
        nonlocal received
        left_seconds = started + FIRST_SECONDS + received / MIN_BYTES_PER_SECOND - now()
        try:
            message = await asyncio.wait_for(request.receive(), max(0.0, left_seconds))
        except TimeoutError as error:
            raise ApiError(Refusal.TOO_SLOW, f"{received} bytes came, too slowly: send again", headers=CLOSE) from error
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise _too_large(max_bytes)
        return message

    return Request(request.scope, receive)


async def read_json(request: Request, max_bytes: int) -> dict[str, Any]:
    """Read a body that is one JSON object; an empty body is an empty object.

    Half a surrogate pair in a text becomes a question mark, as in a session.

    Raises:
        ApiError: it is something else, too long, or comes too slowly.
    """
    return parse_json(await read_body(request, max_bytes))


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read a body; raises ApiError where it is too long, comes too slowly or breaks off."""
    try:
        return await bounded(request, max_bytes).body()
    except ClientDisconnect as error:
        raise ApiError(Refusal.MALFORMED, "the connection closed within the body") from error


def parse_json(body: bytes) -> dict[str, Any]:
    """Read bytes that are one JSON object; no bytes are an empty object. Raises ApiError where they are none."""
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        found = json.loads(text or "{}", parse_constant=_no_constant)
        if _HALF_A_PAIR.search(text):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ApiError(Refusal.MALFORMED, f"the body is not JSON ({error}): send a JSON object") from error
    if not isinstance(found, dict):
        raise ApiError(Refusal.MALFORMED, f"the body is a JSON {type(found).__name__}: send a JSON object")
    return found


def _check_length(request: Request, max_bytes: int) -> None:
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > max_bytes:
        raise _too_large(max_bytes)


def _too_large(max_bytes: int) -> ApiError:
    return ApiError(Refusal.TOO_LARGE, f"the body is longer than {max_bytes} bytes, the limit here", headers=CLOSE)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
