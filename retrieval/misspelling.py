"""Puts misspelled words of a question right, by the words that customers are known to use."""

import difflib
from collections.abc import Callable, Collection, Iterable, Sequence

from retrieval.document import Document
from retrieval.name_index import is_fuzzy, spellings_of
from retrieval.wording import STOP_WORDS, words

MIN_LIKENESS = 0.7  # difflib ratio of a misspelled word that shares a spelling or its sound with the right one


class Spelling:
    """Knows the words by which properties are asked for; immutable and thread-safe as `is_known` is."""

    def __init__(self, concepts: Iterable[Document], is_known: Callable[[str], bool]) -> None:
        """`is_known` says whether a word stands anywhere in the catalogue, and so is none to put right."""
        texts = (text for each in concepts for text in (each.title, *each.aliases, *(fact.text for fact in each.facts)))
        self._words = {word for text in texts for word in words(text)} | STOP_WORDS
        self._is_known = is_known
        self._by_spelling: dict[str, set[str]] = {}
        for word in filter(is_fuzzy, self._words):
            for spelling in spellings_of(word):
                self._by_spelling.setdefault(spelling, set()).add(word)

    def put_right(self, tokens: Sequence[str], named: Collection[int]) -> tuple[str, ...]:
        """`tokens` with words that nobody knows replaced by the known word they are most like, if any; those at the
        places `named` stand as they are.
        """
        return tuple(token if at in named else self._right(token) for at, token in enumerate(tokens))

    def _right(self, token: str) -> str:
        if not is_fuzzy(token) or token in self._words or self._is_known(token):
            return token
        alike = {word for spelling in spellings_of(token) for word in self._by_spelling.get(spelling, ())}
        likeness = {word: difflib.SequenceMatcher(None, token, word).ratio() for word in alike}
        best = max(sorted(likeness), key=lambda word: likeness[word], default=token)
        return best if likeness.get(best, 0.0) >= MIN_LIKENESS else token
