"""Keys of the server: whom they name, what they allow, and how much."""

import math
from dataclasses import dataclass, fields
from enum import Enum

PREFIX = "hk_"


class Scope(Enum):
    """What a key opens."""

    TALK = "talk"
    """Sessions, recordings, texts, models and sources."""

    ADMIN = "admin"
    """What is about the server itself: reload, figures, and the conversations of others."""


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyLimits:
    """How much a key may ask for; None: as much as the server has."""

    sessions: int | None = None
    """Connections at a time."""

    turns_per_minute: int | None = None
    """Responses that begin within 60 s."""

    audio_minutes_per_hour: float | None = None
    """Minutes of speech that are recognised within 3,600 s."""

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"{limit.name} is {value}; give a number above 0, or leave it out")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: `id` is the part that is no secret, `digest` is the Argon2 hash of all of it."""

    id: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    limits: KeyLimits
    created: str  # a day, in ISO 8601


def id_of(shown: str) -> str | None:
    """Find the part of a key that is no secret; None for what is no key of this form."""
    prefix, _, rest = shown.partition("_")
    key_id, _, secret = rest.partition("_")
    return key_id if f"{prefix}_" == PREFIX and key_id and secret else None
