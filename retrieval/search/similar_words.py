"""Finds the words of an index that are most like one it does not have, in letters and in sound."""

import re
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.index.catalogue import Catalogue
from retrieval.language.remembering import MAX_LETTERS, remembered
from retrieval.language.wording import stem

MIN_LETTERS = 4  # a shorter word has too many that are like it
MIN_LIKENESS = 0.72
NEAR_BEST = 0.04  # words this close in likeness to the best are as likely
MAX_LIKELY = 3
FIRST_LETTERS = 512  # whose words are kept
CANDIDATES = 50  # by letters or by sound, that are compared in both

# Letters that sound alike are written as one; vowels only count at the beginning.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^wh", "w"),
        (r"ph", "f"),
        (r"t?ch|sh|tion|sion", "S"),
        (r"gh(?=[^aeiouy]|$)", ""),
        (r"dg|j|g(?=[eiy])", "J"),
        (r"c(?=[eiy])|z", "s"),
        (r"ck|c|q|g", "k"),
        (r"x", "ks"),
        (r"th|d", "t"),
        (r"b", "p"),
        (r"v", "f"),
        (r"^[aeiouy]", "A"),
        (r"[aeiouyhw]", ""),
        (r"(.)\1+", r"\1"),
    )
)
# The first letters of words whose first sounds may be taken for one another.
_FIRST = ("aeiouhy", "bp", "cgjkqsxztdw", "fpv", "knmg", "rw", "l")


def sound_of(word: str) -> str:
    """How a lower-case word sounds, roughly: words that sound alike have the same."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


class Speller:
    """Knows the words of one index; thread-safe.

    The words are read when one is first looked for that may begin like them, and kept.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._words = lru_cache(maxsize=FIRST_LETTERS)(self._read)
        self.likely = remembered(self._likely, 1024)

    def _likely(self, word: str) -> tuple[str, ...]:
        """The words of the index most like `word`, which it does not have: a few that are alike, or none."""
        if not MIN_LETTERS <= len(word) <= MAX_LETTERS:
            return ()
        likeness: dict[str, float] = {}
        for form in {word, stem(word).removesuffix("e")}:
            for candidate in self._candidates(form):
                likeness[candidate] = max(likeness.get(candidate, 0.0), likeness_of(form, candidate))
        least = max(MIN_LIKENESS, max(likeness.values(), default=0.0) - NEAR_BEST)
        found = sorted((-like, candidate) for candidate, like in likeness.items() if like >= least)
        return tuple(candidate for _, candidate in found[:MAX_LIKELY])

    def _candidates(self, form: str) -> set[str]:
        letters = {form[0], *(letter for alike in _FIRST if form[0] in alike for letter in alike)}
        found: set[str] = set()
        for letter in letters:
            words, sounds = self._words(letter)
            for choices, wanted in ((words, form), (sounds, sound_of(form))):
                best = process.extract(
                    wanted, choices, scorer=OSA.normalized_similarity, limit=CANDIDATES, score_cutoff=0.5
                )
                found.update(words[at] for _, _, at in best)
        return found

    def _read(self, letter: str) -> tuple[list[str], list[str]]:
        """The words of the index that begin with a letter, and how they sound."""
        sql = "SELECT word FROM words WHERE word >= ? AND word < ? AND length(word) >= ?"
        rows = self._catalogue.rows(sql, (letter, chr(ord(letter) + 1), MIN_LETTERS - 1))
        words = [word for (word,) in rows if word.isalpha()]
        return words, [sound_of(word) for word in words]


def likeness_of(word: str, other: str) -> float:
    """How alike two words are in letters and sound, 0 to 1."""
    by_letters = OSA.normalized_similarity(word, other)
    return float(by_letters + OSA.normalized_similarity(sound_of(word), sound_of(other))) / 2
