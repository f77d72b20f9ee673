"""Who calls, by the key that is shown."""

import asyncio
import hashlib
import hmac
import logging
import os
from dataclasses import dataclass, field

from server.access.allowance import Allowance
from server.access.key_file import KeyFile, is_of
from server.access.keys import ALL_SCOPES, Key, Scope, id_of

logger = logging.getLogger(__name__)

REMEMBERED = 1024
"""Keys that were shown and right, whose hash is not computed again."""


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """Somebody who may come in: what for, and how much."""

    name: str
    scopes: frozenset[Scope] = ALL_SCOPES
    allowance: Allowance = field(default_factory=lambda: Allowance(""))


@dataclass(slots=True)
class Callers:
    """Finds the caller of a key. With no key set and no file of keys, anybody is one. Lives on one event loop."""

    api_key: str = ""
    file: KeyFile | None = None
    _anybody: Caller = field(init=False, default_factory=lambda: Caller("anybody"))
    _owner: Caller = field(init=False, default_factory=lambda: Caller("server.api_key"))
    _stamp: tuple[int, int] | None = field(init=False, default=None)
    _keys: dict[str, Key] = field(init=False, default_factory=dict)
    _callers: dict[str, Caller] = field(init=False, default_factory=dict)  # by the id of their key
    _right: dict[bytes, str] = field(init=False, default_factory=dict)  # ids of keys that were shown, by their hash
    _one_at_a_time: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    @property
    def needs_key(self) -> bool:
        """Whether whoever comes has to show a key."""
        return bool(self.api_key) or (self.file is not None and self.file.exists())

    async def find(self, shown: str | None) -> Caller | None:
        """Find the caller who shows a key; None for one that is wrong, missing or revoked.

        Raises:
            KeyFileError: the file of keys holds something else.
        """
        if not self.needs_key:
            return self._anybody
        if not shown:
            return None
        if self.api_key and hmac.compare_digest(shown.encode(), self.api_key.encode()):
            return self._owner
        return await self._of_file(shown)

    async def _of_file(self, shown: str) -> Caller | None:
        key_id = id_of(shown)
        if key_id is None or self.file is None:
            return None
        self._read_again(self.file)
        key = self._keys.get(key_id)
        if key is None:
            return None
        digest = hashlib.sha256(shown.encode()).digest()
        if self._right.get(digest) != key_id:
            async with self._one_at_a_time:  # wrong keys take one thread, however many are shown
                if not await asyncio.to_thread(is_of, key, shown):
                    return None
            if len(self._right) >= REMEMBERED:
                self._right.clear()
            self._right[digest] = key_id
        return self._callers.get(key_id)

    def _read_again(self, file: KeyFile) -> None:
        """Read the file if it was changed; what was counted for a key stays counted."""
        try:
            status = os.stat(file.path)
        except FileNotFoundError:
            self._stamp, self._keys, self._callers = None, {}, {}
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp == self._stamp:
            return
        self._keys = {key.id: key for key in file.read()}
        self._stamp = stamp
        before, self._callers = self._callers, {}
        for key in self._keys.values():
            allowance = before[key.id].allowance if key.id in before else Allowance(key.name)
            allowance.limits = key.limits
            self._callers[key.id] = Caller(key.name, key.scopes, allowance)
        logger.info("%d keys in %s", len(self._keys), file.path)
