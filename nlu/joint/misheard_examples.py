"""Makes written examples look like what speech recognition writes of them, to train on both."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from nlu.names.pronunciation import coarse, number_words, sounds_of
from nlu.options import NoiseOptions
from nlu.spoken.tokens import word_set

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Short and unstressed, so that they are swallowed first.
_UNSTRESSED = word_set(
    "a an the to of in on at is are am was do does did for and or it my i you me can could please with be that"
)
_MIN_ALIKE = 0.6
_MOST_ALIKES = 4


class Noise:
    """Mishears texts: a word becomes one of `vocabulary` that sounds like it. The same seed gives the same noise."""

    def __init__(self, vocabulary: Iterable[str], options: NoiseOptions | None = None, seed: int = 0) -> None:
        self._options = options or NoiseOptions()
        self._random = random.Random(seed)
        self._by_consonants: dict[str, list[str]] = defaultdict(list)
        for word in sorted({word.lower() for word in vocabulary if word.isalpha() and len(word) > 1}):
            self._by_consonants[coarse(sounds_of(word))].append(word)
        self._alikes: dict[str, Sequence[str]] = {}

    def mishear(self, text: str) -> str:
        """`text` in small letters, without marks, numbers in words, some words missing, some another; never empty."""
        words = [said for word in _WORD.findall(text) for said in _said(word)]
        heard = [self._heard(word) for word in words if not self._is_swallowed(word)]
        return " ".join(heard or words) or text

    def _is_swallowed(self, word: str) -> bool:
        return word in _UNSTRESSED and self._random.random() < self._options.dropped

    def _heard(self, word: str) -> str:
        if self._random.random() >= self._options.misheard:
            return word
        alikes = self._alikes_of(word)
        return self._random.choice(alikes) if alikes else word

    def _alikes_of(self, word: str) -> Sequence[str]:
        """Return the most similar words of the vocabulary that have the same consonants to a bad ear."""
        if word not in self._alikes:
            sounds = sounds_of(word)
            likeness = {
                other: Levenshtein.normalized_similarity(sounds, sounds_of(other))
                for other in self._by_consonants.get(coarse(sounds), ())
                if other != word
            }
            likest = sorted(likeness, key=lambda other: (-likeness[other], other))
            self._alikes[word] = [other for other in likest[:_MOST_ALIKES] if likeness[other] >= _MIN_ALIKE]
        return self._alikes[word]


def misheard(texts: Sequence[str], copies: int) -> list[str]:
    """`copies` misheard ones of each text, all texts in turn; their own words are the vocabulary."""
    noise = Noise(word for text in texts for word in _WORD.findall(text))
    return [noise.mishear(text) for _ in range(copies) for text in texts]


def _said(word: str) -> list[str]:
    """A word in small letters, a number in words."""
    if not word[0].isdecimal():
        return [word.lower()]
    whole, *decimals = word.replace(",", "").split(".")
    said = number_words(whole)
    for part in decimals:
        said += ["point", *(name for digit in part for name in number_words(digit))]
    return said
