"""The API key: whether a client shows the one that is set; with none set, anyone may connect."""

import hmac

from websockets.datastructures import Headers

from server.transport.requests import MalformedRequest

_BROWSER_KEY_PREFIX = "openai-insecure-api-key."


def presented_key(headers: Headers) -> str | None:
    """Find the key a client shows: a bearer token, an `api-key` header, or (browsers) a subprotocol that carries it.

    Raises:
        MalformedRequest: a header that holds one key is there more than once.
    """
    authorization = _only(headers, "Authorization") or ""
    if authorization.lower().startswith("bearer "):
        return authorization[7:].strip()
    if (key := _only(headers, "api-key")) is not None:
        return key
    for offered in ",".join(headers.get_all("Sec-WebSocket-Protocol")).split(","):
        if offered.strip().startswith(_BROWSER_KEY_PREFIX):
            return offered.strip().removeprefix(_BROWSER_KEY_PREFIX)
    return None


def _only(headers: Headers, name: str) -> str | None:
    values = headers.get_all(name)
    if len(values) > 1:
        raise MalformedRequest(f"{len(values)} {name} headers: send one")
    return values[0] if values else None


def is_allowed(headers: Headers, api_key: str) -> bool:
    """Check that the key shown is the one set; an empty `api_key` lets everyone in.

    Raises:
        MalformedRequest: a header that holds one key is there more than once.
    """
    shown = presented_key(headers)
    return not api_key or (shown is not None and hmac.compare_digest(shown.encode(), api_key.encode()))
