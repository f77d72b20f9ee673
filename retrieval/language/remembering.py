"""Remembers what was found out about words, in memory that no text can fill."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

MAX_LETTERS = 48
"""Of a word that anybody says or misspells; a longer one is known only where it is written just so."""

_More = TypeVarTuple("_More")
_Found = TypeVar("_Found")


def remembered(find: Callable[[str, *_More], _Found], words: int) -> Callable[[str, *_More], _Found]:
    """Return `find` with its last results for so many words kept; for a word of more than MAX_LETTERS none is kept."""
    kept = lru_cache(maxsize=words)(find)

    @wraps(find)
    def found(word: str, *more: *_More) -> _Found:
        return (kept if len(word) <= MAX_LETTERS else find)(word, *more)

    return found
