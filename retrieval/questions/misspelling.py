"""Puts misspelled words of a question right, by the words that customers are known to use."""

import difflib
from collections.abc import Callable, Collection, Iterable, Sequence

from retrieval.document import Document
from retrieval.index.name_index import is_fuzzy, sound_of, spellings_of
from retrieval.language.concepts import ABROAD
from retrieval.language.remembering import MAX_LETTERS
from retrieval.language.wording import STOP_WORDS, stem, words
from retrieval.search.similar_words import likeness_of

MIN_LIKENESS = 0.7  # difflib ratio of a misspelled word that shares a spelling or its sound with the right one
MIN_KIND_LIKENESS = 0.8  # in letters and sound, of two words with the one that they are taken for


class Spelling:
    """Knows the words by which properties and the shop's rules are asked for; immutable and thread-safe as `is_known`
    is.
    """

    def __init__(self, documents: Iterable[Document], kinds: Iterable[str], is_known: Callable[[str], bool]) -> None:
        """`documents` are concepts and entries, `kinds` stems of the words for kinds of things. `is_known` says
        whether a word is one at all, and so is none to put right.
        """
        texts = (text for each in documents for text in (each.title, *each.aliases, *_sayings(each)))
        self._words = {word for text in texts for word in words(text)} | STOP_WORDS
        self._kinds = dict.fromkeys(sorted(kinds))  # a set in order: each pair of words is looked up in it
        self._is_known = is_known
        self._by_spelling: dict[str, set[str]] = {}
        for word in filter(is_fuzzy, self._words):
            for spelling in spellings_of(word):
                self._by_spelling.setdefault(spelling, set()).add(word)

    def rejoined(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """`tokens` with two words that are one kind of thing in pieces as that one: `hed fones` is `headphone`."""
        out: list[str] = []
        at = 0
        while at < len(tokens):
            kind = self._kind_of(*tokens[at : at + 2]) if at + 1 < len(tokens) else ""
            out.append(kind or tokens[at])
            at += 2 if kind else 1
        return tuple(out)

    def _kind_of(self, first: str, second: str) -> str:
        """The kind of thing that two words are the pieces of; empty when they are none."""
        whole = first + second
        if not whole.isalpha() or not STOP_WORDS.isdisjoint((first, second)):
            return ""
        if stem(whole) in self._kinds:
            return whole
        if len(whole) > MAX_LETTERS or (self._is_known(first) and self._is_known(second)):
            return ""
        likeness = {kind: likeness_of(stem(whole), kind) for kind in self._kinds}
        best = max(self._kinds, key=lambda kind: likeness[kind], default="")
        return best if likeness.get(best, 0.0) >= MIN_KIND_LIKENESS else ""

    def put_right(self, tokens: Sequence[str], named: Collection[int]) -> tuple[str, ...]:
        """`tokens` with words that nobody knows replaced by the known word they are most like, if any; those at the
        places `named` stand as they are.
        """
        return tuple(token if at in named else self._right(token) for at, token in enumerate(tokens))

    def _right(self, token: str) -> str:
        if not is_fuzzy(token) or token in self._words or self._is_known(token):
            return token
        alike = {word for spelling in spellings_of(token) for word in self._by_spelling.get(spelling, ())}
        alike = {word for word in alike if word[0] == token[0] or sound_of(word) == sound_of(token)}
        likeness = {word: difflib.SequenceMatcher(None, token, word).ratio() for word in alike}
        best = max(sorted(likeness), key=lambda word: likeness[word], default=token)
        return best if likeness.get(best, 0.0) >= MIN_LIKENESS else token


def _sayings(document: Document) -> Iterable[str]:
    return (text for fact in document.facts if fact.label != ABROAD for text in (fact.label, fact.text))
