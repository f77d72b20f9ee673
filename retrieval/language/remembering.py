"""Remembers what was found out or read, in memory that neither a text nor a large catalogue can fill."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache, wraps
from typing import Generic, TypeVar, TypeVarTuple

MAX_LETTERS = 48
"""Of a word that anybody says or misspells; a longer one is known only where it is written just so."""

_More = TypeVarTuple("_More")
_Found = TypeVar("_Found")
_Key = TypeVar("_Key", bound=Hashable)


def remembered(find: Callable[[str, *_More], _Found], words: int) -> Callable[[str, *_More], _Found]:
    """Return `find` with its last results for so many words kept; for a word of more than MAX_LETTERS none is kept."""
    kept = lru_cache(maxsize=words)(find)

    @wraps(find)
    def found(word: str, *more: *_More) -> _Found:
        return (kept if len(word) <= MAX_LETTERS else find)(word, *more)

    return found


class Remembered(Generic[_Key, _Found]):
    """Keeps at least the results for the last `most` keys, and at most a few times as many; thread-safe.

    Unlike an `lru_cache`, it looks up several keys at once, so that those that are new can be read together. The keys
    of a generation are dropped together when the next one has come to `most`; those used meanwhile stay.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._new: dict[_Key, _Found] = {}
        self._old: dict[_Key, _Found] = {}

    def of(self, keys: Iterable[_Key], read: Callable[[Sequence[_Key]], dict[_Key, _Found]]) -> dict[_Key, _Found]:
        """Return what is known by these keys; `read` finds out what is not yet, and may leave keys out."""
        found: dict[_Key, _Found] = {}
        again: list[_Key] = []
        new, old = self._new, self._old  # another thread may begin a generation meanwhile
        for key in keys:
            if key in new:
                found[key] = new[key]
            elif key in old:
                found[key] = new[key] = old[key]
            else:
                again.append(key)
        if again:
            fresh = read(again)
            found |= fresh
            if len(fresh) <= self._most:  # else a list of everything would put out what is asked for often
                new.update(fresh)
        if len(new) > self._most:
            self._old, self._new = new, {}
        return found
