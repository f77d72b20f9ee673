"""What each word was in the training texts: how often an entity of which kind, how often none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float32]

DOUBT = 0.5
"""Added to how often a word was seen: a word seen once is not yet certain."""
MOST_LOG_COUNT = 5.0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """For each word, how often it had each tag: float32 [tags]; immutable, thread-safe."""

    tags: int
    counts: Mapping[str, Counts]

    @property
    def width(self) -> int:
        """How many features a word has."""
        return self.tags + 1

    def features(self, words: Sequence[str], without: "Lexicon | None" = None) -> NDArray[np.float32]:
        """The share of each tag, and how well the word is known: float32 [words, width]; zeros when it is not.

        `without` is left out of the counts: a training text must not find itself, or only what it knows would be
        learnt to be trusted.
        """
        found = np.zeros((len(words), self.width), dtype=np.float32)
        for row, word in enumerate(map(folded, words)):
            counts = self.counts.get(word)
            if counts is None:
                continue
            if without is not None:
                counts = counts - without.counts[word]
            total = float(counts.sum())
            if total > 0:
                found[row, : self.tags] = counts / (total + DOUBT)
                found[row, self.tags] = min(np.log1p(total), MOST_LOG_COUNT) / MOST_LOG_COUNT
        return found


def count_words(texts: Sequence[Sequence[str]], tags: Sequence[NDArray[np.int64]], count: int) -> Lexicon:
    """The lexicon of texts, each a list of words with their tags below `count`."""
    counts: dict[str, Counts] = {}
    for words, own in zip(texts, tags, strict=True):
        for word, tag in zip(words, own.tolist(), strict=True):
            counts.setdefault(folded(word), np.zeros(count, dtype=np.float32))[tag] += 1
    return Lexicon(count, counts)


def folded(word: str) -> str:
    """The word as it is counted: in small letters, every digit a 0."""
    return re.sub(r"\d", "0", word.lower())
