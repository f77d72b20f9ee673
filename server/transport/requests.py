"""The address of a request: what its path and query ask for."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from server.access.auth import MalformedRequest


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, such as `/v1/realtime` with `model=shop`."""

    path: str
    query: dict[str, list[str]]


def parse_target(target: str) -> Target:
    """Take a request target apart; percent signs stay in the path and are decoded in the query.

    Raises:
        MalformedRequest: it is not an address.
    """
    try:
        parts = urlsplit(target)
    except ValueError as error:  # brackets that do not enclose an IPv6 address
        raise MalformedRequest(f"the request target {target!r} is not an address: {error}") from error
    return Target(parts.path, parse_qs(parts.query, keep_blank_values=True))
