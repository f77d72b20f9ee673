"""The file of the server's keys: none can be read out of it, since it holds their hashes only.

Hashes are Argon2id (RFC 9106). The keys are 192 random bits, which nobody can guess: the cost of a hash is small.
"""

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.access.keys import PREFIX, Key, KeyLimits, Scope

ID_BYTES, SECRET_BYTES = 4, 24
_HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


class KeyFileError(Exception):
    """The file of keys cannot be read or changed so; the message names it and what to do."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Keys in a JSON file that its owner alone may read."""

    path: Path

    def exists(self) -> bool:
        """Whether there is such a file: if so, whoever comes has to show a key of it."""
        return self.path.exists()

    def read(self) -> list[Key]:
        """Read every key, in the order in which they were made; none where there is no file.

        Raises:
            KeyFileError: the file holds something else.
        """
        if not self.exists():
            return []
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))["keys"]
            return [_key(row) for row in rows]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyFileError(f"{self.path} is no file of keys ({error!r}): put a copy back, or remove it") from error

    def add(self, name: str, scopes: frozenset[Scope], limits: KeyLimits) -> str:
        """Make a key and return it: it is shown this once.

        Raises:
            KeyFileError: the name is empty or taken, or the file cannot be read or written.
        """
        keys = self.read()
        if not name.strip() or not name.isprintable():
            raise KeyFileError(f"{name!r} is no name for a key: give it letters, such as `kiosk`")
        if any(key.name == name for key in keys):
            raise KeyFileError(f"there is a key {name!r} already: revoke it first, or choose another name")
        key_id = secrets.token_hex(ID_BYTES)
        shown = f"{PREFIX}{key_id}_{secrets.token_hex(SECRET_BYTES)}"
        today = datetime.now(UTC).date().isoformat()
        self._write([*keys, Key(key_id, name, _HASHER.hash(shown), scopes, limits, today)])
        return shown

    def revoke(self, name: str) -> None:
        """Remove a key. The file stays, so that a server whose last key was revoked lets nobody in.

        Raises:
            KeyFileError: there is no key of that name, or the file cannot be read or written.
        """
        keys = self.read()
        left = [key for key in keys if key.name != name]
        if len(left) == len(keys):
            there = ", ".join(key.name for key in keys) or "none"
            raise KeyFileError(f"there is no key {name!r} in {self.path}; there are: {there}")
        self._write(left)

    def _write(self, keys: list[Key]) -> None:
        text = json.dumps({"keys": [_row(key) for key in keys]}, indent=2) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False, encoding="utf-8") as file:
                file.write(text)  # the file is its owner's alone: mkstemp makes it so
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, self.path)
        except OSError as error:
            raise KeyFileError(f"{self.path} cannot be written: {error.strerror}") from error


def is_of(key: Key, shown: str) -> bool:
    """Check that what is shown is this key; takes some 10 ms of processor time."""
    try:
        return _HASHER.verify(key.digest, shown)
    except (VerificationError, InvalidHashError):
        return False


def _row(key: Key) -> dict[str, Any]:
    limits = {name: value for name, value in asdict(key.limits).items() if value is not None}
    scopes = sorted(scope.value for scope in key.scopes)
    return {**asdict(key), "scopes": scopes, "limits": limits}


def _key(row: dict[str, Any]) -> Key:
    return Key(
        id=row["id"],
        name=row["name"],
        digest=row["digest"],
        scopes=frozenset(map(Scope, row["scopes"])),
        limits=KeyLimits(**row["limits"]),
        created=row["created"],
    )
