"""What a request shows of itself: its key, and the page that it comes from; and who can reach an address."""

import ipaddress
from collections.abc import Callable, Sequence
from typing import TypeAlias

WRONG_KEY = "wrong or missing API key: send 'Authorization: Bearer <key>'"
_BROWSER_KEY_PREFIX = "openai-insecure-api-key."

HeaderValues: TypeAlias = Callable[[str], Sequence[str]]
"""Finds every value of a header by its name."""


class MalformedRequest(Exception):
    """A request that cannot be understood; it is answered with 400."""


def presented_key(values: HeaderValues) -> str | None:
    """Find the key a client shows: a bearer token, an `api-key` header, or (browsers) a subprotocol that carries it.

    Raises:
        MalformedRequest: a header that holds one key is there more than once.
    """
    authorization = _only(values, "Authorization") or ""
    if authorization.lower().startswith("bearer "):
        return authorization[7:].strip()
    if (key := _only(values, "api-key")) is not None:
        return key
    for offered in ",".join(values("Sec-WebSocket-Protocol")).split(","):
        if offered.strip().startswith(_BROWSER_KEY_PREFIX):
            return offered.strip().removeprefix(_BROWSER_KEY_PREFIX)
    return None


def _only(headers: HeaderValues, name: str) -> str | None:
    values = headers(name)
    if len(values) > 1:
        raise MalformedRequest(f"{len(values)} {name} headers: send one")
    return values[0] if values else None


def is_same_origin(origin: str, host: str | None, allowed: Sequence[str]) -> bool:
    """Check that a page's `Origin` is the server's own address, its `Host` header, or on the list of those allowed."""
    return origin in allowed or "*" in allowed or origin.partition("://")[2].lower() == (host or "").lower() != ""


def is_loopback(host: str) -> bool:
    """Check that an address to listen on can be reached from this computer only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
