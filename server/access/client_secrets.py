"""Keys that are made for clients, such as a page in a browser: each lasts for minutes and brings a configuration."""

import hashlib
import heapq
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from server.access.callers import Caller
from server.wire.session_config import SessionConfig

PREFIX = "ek_"
KEY_BYTES = 24
MAX_SECRETS = 1000


class TooManySecrets(Exception):
    """So many keys are valid that no other is made; the message says when there is room."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key for a client brings: a configuration, and the caller who asked for the key."""

    config: SessionConfig
    caller: Caller


@dataclass(slots=True)
class ClientSecrets:
    """The keys that are valid now. Only their hashes are kept, so that finding one takes no time that tells of it."""

    wall_clock: Callable[[], float] = time.time
    _granted: dict[bytes, tuple[float, Grant]] = field(init=False, default_factory=dict)
    _expiring: list[tuple[float, bytes]] = field(init=False, default_factory=list)  # a heap, the first to expire first

    def check_room(self) -> None:
        """Check that another key can be made.

        Raises:
            TooManySecrets: there are `MAX_SECRETS` already.
        """
        now = self.wall_clock()
        while self._expiring and self._expiring[0][0] <= now:
            del self._granted[heapq.heappop(self._expiring)[1]]
        if len(self._granted) >= MAX_SECRETS:
            first = self._expiring[0][0]
            raise TooManySecrets(f"{MAX_SECRETS} client secrets are valid: try again in {first - now:.0f} s")

    def grant(self, config: SessionConfig, caller: Caller, seconds: int) -> tuple[str, int]:
        """Make a key that opens sessions of that configuration; returns it with the second at which it expires.

        Raises:
            TooManySecrets: there are `MAX_SECRETS` already.
        """
        self.check_room()
        key, expires_at = PREFIX + secrets.token_hex(KEY_BYTES), int(self.wall_clock()) + seconds
        self._granted[_hashed(key)] = expires_at, Grant(config, caller)
        heapq.heappush(self._expiring, (expires_at, _hashed(key)))
        return key, expires_at

    def find(self, key: str | None) -> Grant | None:
        """Return what a key brings; None for what is no key or has expired."""
        expiry, grant = self._granted.get(_hashed(key or ""), (0.0, None))
        return grant if expiry > self.wall_clock() else None


def is_client_secret(key: str | None) -> bool:
    """Whether a key has the form of those that are made for clients."""
    return key is not None and key.startswith(PREFIX)


def _hashed(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
