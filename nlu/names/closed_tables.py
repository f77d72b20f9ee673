"""Tells which entry of a closed table was most likely said where a tagger found its kind of value, but not the value.

A table is closed where all that people say of its kind is in it: the sizes of a coffee, not the products of a shop.
Then what was found is one of its entries, and the one that sounds most like it was meant, if any does.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from nlu.names.pronunciation import coarse, sounds_of
from nlu.names.sound_index import CatalogueName, plain_words

_FRONT, _BACK = frozenset("aeiAI"), frozenset("oOuUWY")
VOWELS = _FRONT | _BACK
# What ears lose most easily, against 1 for a consonant that is heard: vowels, breath, an r after a vowel, final stops.
_LOST = {**dict.fromkeys(VOWELS, 0.5), "h": 0.5, "r": 0.7, "t": 0.7, "d": 0.7, "w": 0.7, "y": 0.5}
_LIKE = 0.3  # for one vowel instead of a near one, and for consonants made in one place of the mouth
_ANY_VOWEL = 0.5
_ALIKE_SPELLED = frozenset({frozenset("Ck"), frozenset("Jg"), frozenset("sk")})  # ch, g and c have two sounds
_MIN_LIKENESS = 0.53
_DOUBT_WEIGHT = 0.3
_MIN_LEAD = 0.15  # half of the least confusion
_ARTICLES = frozenset({"a", "an", "the"})
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The entry that was most likely said, and how alike it sounds, 0 to 1."""

    name: str
    likeness: float


class ClosedTable:
    """The entries of one table with all ways to say them; immutable and thread-safe."""

    def __init__(self, entries: Iterable[CatalogueName], doubt: float = 0.0) -> None:
        """`doubt`, 0 to 1: how likely something else is said, so that an entry must be the more alike."""
        self._min_likeness = _MIN_LIKENESS + _DOUBT_WEIGHT * doubt
        self._forms = tuple(
            (entry.name, _without_article(words))
            for entry in entries
            for form in (entry.name, *entry.forms)
            if (words := plain_words(form))
        )

    def nearest(self, heard: str) -> Nearest | None:
        """Return the entry for `heard`; None where none is like it, or two are equally like it.

        Only by the words that differ: oat milk and whole milk share a word, and the other is not alike.
        """
        words = _without_article(plain_words(heard))
        best: dict[str, tuple[float, float]] = {}
        for name, form in self._forms:
            difference, weight = _difference(words, form)
            if difference < best.get(name, (math.inf, 0.0))[0]:
                best[name] = difference, weight
        ranked = sorted(best, key=lambda name: best[name][0])
        if not ranked or len(ranked) > 1 and best[ranked[1]][0] < best[ranked[0]][0] + _MIN_LEAD:
            return None
        difference, weight = best[ranked[0]]
        likeness = 1 - difference / weight if weight else 1.0
        return Nearest(ranked[0], likeness) if likeness >= self._min_likeness else None


def _difference(words: Sequence[str], others: Sequence[str]) -> tuple[float, float]:
    """Return how differently two phrases sound, and how much of them there is besides the words that both have."""
    first, last = _shared_ends(words, others)
    own, other = words[first : len(words) - last], others[first : len(others) - last]
    if any(map(_FIGURES.search, own)) and own != other:
        return math.inf, 1.0
    sounds, other_sounds = "".join(map(sounds_of, own)), "".join(map(sounds_of, other))
    return sound_difference(sounds, other_sounds), max(_weight(sounds), _weight(other_sounds))


def _shared_ends(words: Sequence[str], others: Sequence[str]) -> tuple[int, int]:
    """Return how many words both begin with, and how many of the rest both end with."""
    most = min(len(words), len(others))
    first = next((at for at in range(most) if words[at] != others[at]), most)
    last = next((at for at in range(most - first) if words[-1 - at] != others[-1 - at]), most - first)
    return first, last


def sound_difference(sounds: str, others: str) -> float:
    """Return how differently two strings of sounds are heard: an edit distance that knows which are confused."""
    row = [0.0, *accumulate(map(_loss, others))]
    for sound in sounds:
        left = row[0] + _loss(sound)
        new = [left]
        for at, other in enumerate(others):
            left = min(row[at] + _exchange(sound, other), row[at + 1] + _loss(sound), left + _loss(other))
            new.append(left)
        row = new
    return row[-1]


def _weight(sounds: str) -> float:
    return sum(map(_loss, sounds))


def _loss(sound: str) -> float:
    return _LOST.get(sound, 1.0)


def _exchange(sound: str, other: str) -> float:
    if sound == other:
        return 0.0
    if sound in VOWELS and other in VOWELS:
        return _LIKE if (sound in _FRONT) == (other in _FRONT) else _ANY_VOWEL
    if sound in VOWELS or other in VOWELS:
        return _loss(sound) + _loss(other)
    alike = coarse(sound) == coarse(other) or frozenset((sound, other)) in _ALIKE_SPELLED
    return _LIKE if alike else max(_loss(sound), _loss(other))


def _without_article(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
