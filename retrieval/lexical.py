"""Keyword search: BM25 over the passages, brought to a scale that compares across questions."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.catalogue import Catalogue, Filter
from retrieval.columns import NONE
from retrieval.options import SearchOptions
from retrieval.postings import Positions, pair_of
from retrieval.spelling import Speller
from retrieval.tokens import Tokenizer
from retrieval.wording import content_words, with_digits, words

MAX_QUERY_WORDS = 64
MIN_PREFIX_LETTERS = 5
BM25_K1, BM25_B = 1.2, 0.75  # as in FTS5; a word's share of BM25 approaches its idf times k1 + 1 from below
FEW = 2000  # passages that are scored at once, without asking whether they must be
Scores = npt.NDArray[np.float32]
_PHRASE = re.compile(r'"((?:[^"]|"")*)"(\*?)')
_RUN = re.compile(r"[^\W_]+")  # what FTS5 takes for one word
_PART = re.compile(r"\d+|[^\W\d_]+")


def query_terms(text: str) -> list[str]:
    """The words of `text` as FTS5 terms; empty when there are none.

    Every word is quoted, so that no text is ever read as query syntax; longer words find what they begin,
    too. A word of letters and digits is found in one piece or in two, "128GB" as "128 GB".
    """
    mixed = [run for run in _RUN.findall(text) if not run.isalpha() and not run.isdigit()]
    plain = _RUN.sub(lambda run: " " if run[0] in mixed else run[0], text) if mixed else text
    chosen = content_words(plain) or ([] if mixed else words(plain))
    return list(dict.fromkeys((*map(_term, with_digits(chosen)), *map(_mixed_term, mixed))))[:MAX_QUERY_WORDS]


def _mixed_term(run: str) -> str:
    return f'("{run}" OR "{" ".join(_PART.findall(run))}")'


def _term(word: str) -> str:
    quoted = _quoted(word)
    return quoted + "*" if len(word) >= MIN_PREFIX_LETTERS and word.isalpha() else quoted


@dataclass(frozen=True, slots=True)
class _Matches:
    """The passages that have a phrase, ascending, int32 [n], and how often: uint8 [n, 3] by field, or float32 [n]
    in weighted occurrences.
    """

    positions: Positions
    often: "npt.NDArray[np.uint8] | Scores"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


class LexicalSearch:
    """BM25 over title, text and aliases of every passage, as FTS5 computes it; thread-safe as its catalogue is."""

    def __init__(self, catalogue: Catalogue, options: SearchOptions) -> None:
        self._catalogue = catalogue
        self._weights = np.array((options.title_weight, 1.0, options.alias_weight), np.float32)
        self._tokenizer = Tokenizer()
        self._speller = Speller(catalogue) if options.spelling else None
        lengths = catalogue.columns.lengths
        self._passages = int(np.count_nonzero(catalogue.columns.kinds != NONE))
        mean = max(float(lengths.sum()) / max(self._passages, 1), 1e-9)
        self._norms = (BM25_K1 * (1 - BM25_B + BM25_B * lengths / mean)).astype(np.float32)

    def search(self, text: str, limit: int, only: Filter | None = None) -> dict[int, float]:
        """Positions of the passages that share words with `text`, best first, and their scores.

        A score is the passage's BM25 as a share of the most that any passage could have, 0 to 1: words
        that no passage knows weigh most of all, so that a question about other things scores low
        everywhere. `only` says which passages may be found.
        """
        asked = query_terms(text)
        terms = [self._matches(term) for term in asked]
        counts = [_count_any(phrases) for phrases in terms]  # a word that was misspelt still weighs as one unknown
        terms = [found if count else self._alike(term) for term, found, count in zip(asked, terms, counts, strict=True)]
        most = (BM25_K1 + 1) * sum(self._idf(count) for count in counts)
        # What the widest filter keeps out, concepts, has no words.
        mask = self._catalogue.select(only).mask if only and only != Filter() else None
        phrases = [each for phrases in terms for each in phrases if len(each.positions)]
        best = self._best(sorted(phrases, key=lambda each: len(each.positions)), limit, mask)
        return {position: min(score / most, 1.0) for position, score in best.items()}

    def _alike(self, term: str) -> list[_Matches]:
        """The passages that have the words most like a term that none has."""
        word = _PHRASE.findall(term)[0][0]
        likely = self._speller.likely(word) if self._speller and word.isalpha() else ()
        return [self._of_word(each, False) for each in likely]

    def rarity(self, word: str) -> float:
        """How telling `word` is: 0 when every passage has it, 1 when one or none has."""
        count = max(_count_any(self._matches(_quoted(word))), 1)
        return math.log(self._passages / count) / math.log(max(self._passages, 2))

    def stands_in(self, word: str, kind: str | None = None) -> bool:
        """Whether a passage, or one of `kind`, has `word` in any of its forms."""
        mask = self._catalogue.select(Filter(kind=kind)).mask
        return any(mask[each.positions].any() for each in self._matches(_quoted(word)))

    def _idf(self, count: int) -> float:
        """For a phrase that `count` passages have."""
        return max(math.log((self._passages - count + 0.5) / (count + 0.5)), 1e-6)

    def _best(self, phrases: Sequence[_Matches], limit: int, mask: npt.NDArray[np.bool_] | None) -> dict[int, float]:
        """The `limit` passages with the highest BM25; `phrases` rarest first.

        Once the phrases that are left cannot lift a passage without any of the others above the `limit`th best so far,
        they are only looked up for those that can still be among the best: what Turtle and Flood call max_score
        ("Query evaluation: strategies and optimizations", 1995). The result is exact.
        """
        idf = [self._idf(len(each.positions)) for each in phrases]
        left = np.cumsum([0.0, *((BM25_K1 + 1) * each for each in reversed(idf))])[::-1]
        scores = np.zeros(len(self._norms), np.float32)
        found = np.zeros(0, np.int32)
        for at, phrase in enumerate(phrases):
            worth_it = 0 < limit <= len(found) and len(phrase.positions) > FEW
            least = float(np.partition(scores[found], len(found) - limit)[len(found) - limit]) if worth_it else 0.0
            if least > left[at]:
                found = found[scores[found] + left[at] >= least]
                self._look_up(phrase, idf[at], found, scores)
            else:
                found = np.concatenate([found, self._add(phrase, idf[at], mask, scores)])
        return _first(found, scores[found], limit)

    def _add(self, phrase: _Matches, idf: float, mask: npt.NDArray[np.bool_] | None, scores: Scores) -> Positions:
        """Score every passage that has a phrase; returns those that had no score before."""
        positions = np.asarray(phrase.positions)
        places = slice(None) if mask is None else np.flatnonzero(mask[positions])
        positions = positions[places]
        before = scores[positions]
        scores[positions] = before + self._scored(phrase, places, positions, idf)
        new: Positions = positions[before == 0]
        return new

    def _look_up(self, phrase: _Matches, idf: float, found: Positions, scores: Scores) -> None:
        """Score only the passages `found` for a phrase."""
        places, has = _places(found, phrase.positions)
        positions = found[has]
        scores[positions] += self._scored(phrase, places[has], positions, idf)

    def _scored(
        self, phrase: _Matches, places: "slice | npt.NDArray[np.int64]", positions: Positions, idf: float
    ) -> Scores:
        often = self._weighted(phrase.often[places])
        scored: Scores = often * np.float32(idf * (BM25_K1 + 1)) / (often + self._norms[positions])
        return scored

    def _weighted(self, often: "npt.NDArray[np.uint8] | Scores") -> Scores:
        """Occurrences by field as weighted occurrences, float32 [n]."""
        weighted: Scores = often.astype(np.float32, copy=False)
        return weighted if often.ndim == 1 else weighted @ self._weights

    def _matches(self, term: str) -> list[_Matches]:
        """The passages that have each phrase of a term."""
        found = []
        for phrase, star in _PHRASE.findall(term):
            words = self._tokenizer.of_word(phrase.replace('""', '"'))
            names = words if len(words) < 2 else tuple(map(pair_of, words, words[1:]))
            lists = [self._of_word(name, bool(star) and len(words) < 2) for name in names]
            found.append(_in_all(lists) if lists else _NOTHING)
        return found

    def _of_word(self, word: str, with_longer: bool) -> _Matches:
        """The passages that have a word, or one that begins with it."""
        sql, last = "SELECT number FROM words WHERE word BETWEEN ? AND ?", word + "\U0010ffff" * with_longer
        lists = [self._catalogue.postings.of(number) for (number,) in self._catalogue.rows(sql, (word, last))]
        if len(lists) < 2:
            return _Matches(*lists[0]) if lists else _NOTHING
        return _in_any([_Matches(each[0], self._weighted(each[1])) for each in lists])


_NOTHING = _Matches(np.zeros(0, np.int32), np.zeros((0, 3), np.uint8))


def _count_any(phrases: Sequence[_Matches]) -> int:
    """How many passages have any of a term's phrases."""
    if len(phrases) == 1:
        return len(phrases[0].positions)
    return len(np.unique(np.concatenate([_NOTHING.positions, *(each.positions for each in phrases)])))


def _in_any(lists: Sequence[_Matches]) -> _Matches:
    """The passages that have any of several words, with their weighted occurrences added up."""
    *small, largest = sorted(lists, key=lambda each: len(each.positions))
    positions, of = np.unique(np.concatenate([each.positions for each in small]), return_inverse=True)
    often = np.bincount(of, np.concatenate([each.often for each in small])).astype(np.float32)
    places, has = _places(positions, largest.positions)
    all_often = largest.often.astype(np.float32)
    all_often[places[has]] += often[has]
    return _Matches(
        np.insert(largest.positions, places[~has], positions[~has]), np.insert(all_often, places[~has], often[~has])
    )


def _places(wanted: Positions, positions: Positions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Where each wanted position stands among ascending `positions`, or would stand, and whether it is there."""
    places = np.searchsorted(positions, wanted)
    there = np.zeros(len(wanted), bool)
    inside = places < len(positions)
    there[inside] = positions[places[inside]] == wanted[inside]
    return places, there


def _in_all(lists: Sequence[_Matches]) -> _Matches:
    """The passages that have all of several pairs, as often as the first of them."""
    first, *others = lists
    places = np.arange(len(first.positions))
    for other in others:
        places = places[np.isin(first.positions[places], other.positions, assume_unique=True)]
    return first if not others else _Matches(first.positions[places], first.often[places])


def _first(positions: Positions, scores: Scores, limit: int) -> dict[int, float]:
    """The `limit` positions with the highest scores; of equal ones the lower position comes first."""
    if len(positions) > limit > 0:
        near = scores >= np.partition(scores, len(scores) - limit)[len(scores) - limit]
        positions, scores = positions[near], scores[near]
    order = np.lexsort((positions, -scores))[: max(limit, 0)]
    return dict(zip(positions[order].tolist(), scores[order].tolist(), strict=True))
