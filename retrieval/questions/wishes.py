"""Reads what a search wishes for: words that must be stated, alternatives, and what is not wanted."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.language.wording import STOP_WORDS, word_set

Words = tuple[str, ...]

MAX_EXCLUDED = 3  # words after "not" that belong to it
_NOT = re.compile(
    r"\b(?:not|no|non|without|except|excluding|other than|apart from|anything but"
    r"|(?:that|which|who|it|they) (?:isn't|aren't|doesn't|don't|hasn't|haven't)"
    r"|(?:don't|do not|doesn't|wouldn't) (?:want|like)|(?:shouldn't|mustn't|can't|cannot) (?:be|have))\b"
    r"(?! (?:more|less|later|longer|over|under|above|older|higher|bigger) )"
)
_ENDS = word_set("and or but not no without except with for under over below above please that which who though")
_LINKS = word_set("from by in of made one ones allowed any a an the be being is are to have has contain containing")


@dataclass(frozen=True, slots=True)
class Wishes:
    """`alternatives`: of each, one must be stated; `excluded`: none of these may be."""

    alternatives: tuple[tuple[Words, ...], ...] = ()
    excluded: tuple[Words, ...] = ()

    @property
    def used(self) -> set[str]:
        """All words that the wishes were read from."""
        either = {word for group in self.alternatives for words in group for word in words}
        return either | {word for words in self.excluded for word in words}


def wishes_of(tokens: Sequence[str], is_wish: Callable[[str], bool]) -> Wishes:
    """The alternatives ("red or blue") and what is excluded ("not from Fenwick") in `tokens`.

    `is_wish` says whether a word can be one: neither the kind of product nor a word of every request.
    """
    excluded = tuple(words for at in places_of_not(tokens) if (words := _excluded_after(tokens, at)))
    gone = {word for words in excluded for word in words}
    groups: list[tuple[Words, ...]] = []
    for at, token in enumerate(tokens):
        if token == "or":
            left = _run(list(reversed(tokens[:at])), is_wish, gone)[::-1]
            right = _run(tokens[at + 1 :], is_wish, gone)
            if left and right:
                is_going_on = bool(groups) and left == groups[-1][-1]
                groups[-1:] = [(*groups[-1], right)] if is_going_on else [*groups[-1:], (left, right)]
    return Wishes(tuple(groups), excluded)


def places_of_not(tokens: Sequence[str]) -> list[int]:
    """The places of the words that come after one that excludes."""
    text = " ".join(tokens) + " "
    return [text[: found.end()].count(" ") + 1 for found in _NOT.finditer(text)]


def _excluded_after(tokens: Sequence[str], start: int) -> Words:
    found: list[str] = []
    for token in tokens[start:]:
        if token in _ENDS or len(found) == MAX_EXCLUDED:
            break
        if token not in _LINKS and token not in STOP_WORDS:
            found.append(token)
    return tuple(found)


def _run(tokens: Sequence[str], is_wish: Callable[[str], bool], gone: set[str]) -> Words:
    """The words before the first that is no wish, after an article or preposition."""
    found: list[str] = []
    for token in tokens:
        if token not in _ENDS and is_wish(token) and token not in gone:
            found.append(token)
        elif found or token not in (*_LINKS, "your"):
            break
    return tuple(found)
