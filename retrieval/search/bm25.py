"""Keyword search: BM25 over the passages, brought to a scale that compares across questions."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.filter_columns import NONE
from retrieval.index.fts_tokens import WORDS_REMEMBERED, Tokenizer
from retrieval.index.postings import Positions, pair_of
from retrieval.language.remembering import remembered
from retrieval.language.wording import content_words, with_digits, words
from retrieval.options import SearchOptions
from retrieval.search.similar_words import Speller

MAX_QUERY_WORDS = 64
MIN_PREFIX_LETTERS = 5
BM25_K1, BM25_B = 1.2, 0.75  # as in FTS5; a word's share of BM25 approaches its idf times k1 + 1 from below
FEW = 2000  # passages that are scored at once, without asking whether they must be
FIRST = 4096  # passages whose scores say what the best must reach: they were found first, and so have the rarest words
ROUNDING = 1 - 1e-6  # what is as good but for the rounding of sums is kept
LOOKED_UP = 32  # passages of a list that are read through in the time that it takes to look one up
Scores = npt.NDArray[np.float32]
Posting = tuple[Positions, npt.NDArray[np.uint8]]  # passages, ascending, and how often by field, uint8 [n, 3]
_PHRASE = re.compile(r'"((?:[^"]|"")*)"(\*?)')
_RUN = re.compile(r"[^\W_]+")  # what FTS5 takes for one word
_PART = re.compile(r"\d+|[^\W\d_]+")


def query_terms(text: str) -> list[str]:
    """The words of `text` as FTS5 terms; empty when there are none.

    Every word is quoted, so that no text is ever read as query syntax; longer words find what they begin,
    too. A word of letters and digits is found in one piece or in two, "128GB" as "128 GB".
    """
    mixed = dict.fromkeys(run for run in _RUN.findall(text) if not run.isalpha() and not run.isdigit())
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
    """The passages that have a phrase, `count` in all, in one or several `lists`, one for each form of a word."""

    lists: tuple[Posting, ...] = ()
    count: int = 0

    def positions(self) -> Positions:
        """Where they are, ascending, int32 [count]."""
        if len(self.lists) == 1:
            return self.lists[0][0]
        positions: Positions = np.unique(np.concatenate([np.zeros(0, np.int32), *(held for held, _ in self.lists)]))
        return positions


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


class LexicalSearch:
    """BM25 over title, text and aliases of every passage, as FTS5 computes it; thread-safe as its catalogue is."""

    def __init__(self, catalogue: Catalogue, options: SearchOptions) -> None:
        self._catalogue = catalogue
        self._weights = np.array((options.title_weight, 1.0, options.alias_weight), np.float32)
        self._tokenizer = Tokenizer()
        self._forms = remembered(self._read_forms, WORDS_REMEMBERED)
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
        selection = self._catalogue.select(only) if only and only != Filter() else None
        phrases = sorted(
            (phrase for found in terms for phrase in found if phrase.count), key=lambda phrase: phrase.count
        )
        if selection and LOOKED_UP * selection.count < sum(phrase.count for phrase in phrases):
            best = self._best_among(selection.positions.astype(np.int32), phrases, limit)
        else:
            best = self._best(phrases, limit, selection.mask if selection else None)
        return {position: min(score / most, 1.0) for position, score in best.items()}

    def _alike(self, term: str) -> list[_Matches]:
        """The passages that have the words most like a term that none has."""
        word = _PHRASE.findall(term)[0][0]
        likely = self._speller.likely(word) if self._speller and word.isalpha() else ()
        return [self._of_word(similar, False) for similar in likely]

    def rarity(self, word: str) -> float:
        """How telling `word` is: 0 when every passage has it, 1 when one or none has."""
        count = max(_count_any(self._matches(_quoted(word))), 1)
        return math.log(self._passages / count) / math.log(max(self._passages, 2))

    def stands_in(self, word: str, kind: str | None = None) -> bool:
        """Whether a passage, or one of `kind`, has `word` in any of its forms."""
        mask = self._catalogue.select(Filter(kind=kind)).mask
        return any(mask[positions].any() for phrase in self._matches(_quoted(word)) for positions, _ in phrase.lists)

    def positions_with(self, word: str) -> Positions:
        """Where the passages are that have `word` in any of its forms, ascending, int32 [n]."""
        return _Matches(tuple(held for each in self._matches(_quoted(word)) for held in each.lists)).positions()

    def _idf(self, count: int) -> float:
        """For a phrase that `count` passages have."""
        return max(math.log((self._passages - count + 0.5) / (count + 0.5)), 1e-6)

    def _best(self, phrases: Sequence[_Matches], limit: int, mask: npt.NDArray[np.bool_] | None) -> dict[int, float]:
        """The `limit` passages with the highest BM25; `phrases` rarest first.

        A passage that the phrases still to come cannot lift above what `limit` have by now is left alone; once
        they cannot lift one without any of the others, they only count for those found: what Turtle and Flood call
        max_score ("Query evaluation: strategies and optimizations", 1995). The result is exact.
        """
        idf = [self._idf(phrase.count) for phrase in phrases]
        left = np.cumsum([0.0, *((BM25_K1 + 1) * weight for weight in reversed(idf))])[::-1]
        scores = np.zeros(len(self._norms), np.float32)
        found = np.zeros(0, np.int32)
        least = 0.0
        for at, phrase in enumerate(phrases):
            if phrase.count > FEW and 0 < limit <= len(found):
                least = max(least, ROUNDING * _reached(scores[found[: max(FIRST, limit)]], limit))
            if least <= left[at]:
                found = np.concatenate([found, self._add(phrase, idf[at], mask, scores, least - left[at + 1])])
                continue
            found = found[scores[found] >= least - left[at]]
            if LOOKED_UP * len(found) < phrase.count:
                self._look_up(phrase, idf[at], found, scores)
            else:
                self._raise(phrase, idf[at], least - left[at], scores)
        return _first(found, scores[found], limit)

    def _best_among(self, few: Positions, phrases: Sequence[_Matches], limit: int) -> dict[int, float]:
        """The `limit` of a few passages with the highest BM25."""
        scores = np.zeros(len(self._norms), np.float32)
        for phrase in phrases:
            self._look_up(phrase, self._idf(phrase.count), few, scores)
        found = few[scores[few] > 0]
        return _first(found, scores[found], limit)

    def _add(
        self, phrase: _Matches, idf: float, mask: npt.NDArray[np.bool_] | None, scores: Scores, least: float
    ) -> Positions:
        """Score every passage that has a phrase; returns those that had no score before, and now have the `least`."""
        positions, often = self._joined(phrase if mask is None else _chosen(phrase, lambda all_of_it: mask[all_of_it]))
        at = positions.astype(np.intp)  # once, and not in every line that follows
        before = scores[at]
        after = before + self._scored(often, at, idf)
        scores[at] = after
        new: Positions = positions[(before == 0) & (after >= least)]
        return new

    def _raise(self, phrase: _Matches, idf: float, least: float, scores: Scores) -> None:
        """Score for a phrase only the passages that have a score of at least so much."""
        positions, often = self._joined(_chosen(phrase, lambda all_of_it: scores[all_of_it] >= least))
        scores[positions] += self._scored(often, positions, idf)

    def _look_up(self, phrase: _Matches, idf: float, found: Positions, scores: Scores) -> None:
        """Score only the passages `found` for a phrase."""
        often = np.zeros(len(found), np.float32)
        for positions, counts in phrase.lists:
            places, has = _places(found, positions)
            often[has] += self._weighted(counts[places[has]])
        has = often > 0
        scores[found[has]] += self._scored(often[has], found[has], idf)

    def _scored(self, often: Scores, positions: Positions, idf: float) -> Scores:
        """The share of a phrase in the BM25 of passages, by its weighted occurrences."""
        scored: Scores = often * np.float32(idf * (BM25_K1 + 1)) / (often + self._norms[positions])
        return scored

    def _weighted(self, counts: npt.NDArray[np.uint8]) -> Scores:
        """Occurrences by field, uint8 [n, 3], as weighted occurrences, float32 [n]."""
        weighted: Scores = counts.astype(np.float32) @ self._weights
        return weighted

    def _joined(self, phrase: _Matches) -> tuple[Positions, Scores]:
        """The passages that have any form of a phrase, ascending, and their weighted occurrences added up."""
        *small, (largest, counts) = sorted(phrase.lists, key=lambda held: len(held[0]))
        often = self._weighted(counts)
        if not any(len(positions) for positions, _ in small):
            return largest, often
        positions, of = np.unique(np.concatenate([held for held, _ in small]), return_inverse=True)
        more = np.bincount(of, np.concatenate([self._weighted(often_in) for _, often_in in small])).astype(np.float32)
        places, has = _places(positions, largest)
        often[places[has]] += more[has]
        joined = np.insert(largest, places[~has], positions[~has])
        return joined, np.insert(often, places[~has], more[~has])

    def _matches(self, term: str) -> list[_Matches]:
        """The passages that have each phrase of a term."""
        found = []
        for phrase, star in _PHRASE.findall(term):
            words = self._tokenizer.of_word(phrase.replace('""', '"'))
            names = words if len(words) < 2 else tuple(map(pair_of, words, words[1:]))
            forms = [self._of_word(name, bool(star) and len(words) < 2) for name in names]
            found.append(_in_all(forms) if forms else _Matches())
        return found

    def _of_word(self, word: str, with_longer: bool) -> _Matches:
        """The passages that have a word, or one that begins with it."""
        numbers, count = self._forms(word, with_longer)
        return _Matches(tuple(map(self._catalogue.postings.of, numbers)), count)

    def _read_forms(self, word: str, with_longer: bool) -> tuple[tuple[int, ...], int]:
        """The numbers of a word and of those that begin with it, and how many passages have any of them."""
        sql, last = "SELECT number FROM words WHERE word BETWEEN ? AND ?", word + "\U0010ffff" * with_longer
        numbers = tuple(number for (number,) in self._catalogue.rows(sql, (word, last)))
        return numbers, _count([self._catalogue.postings.of(number)[0] for number in numbers])


def _count_any(phrases: Sequence[_Matches]) -> int:
    """How many passages have any of a term's phrases."""
    return phrases[0].count if len(phrases) == 1 else _count([phrase.positions() for phrase in phrases])


def _count(lists: Sequence[Positions]) -> int:
    """How many passages are in any of several lists."""
    if len(lists) < 2:
        return sum(map(len, lists))
    *small, largest = sorted(lists, key=len)
    positions = np.unique(np.concatenate(small))
    return len(largest) + len(positions) - int(np.count_nonzero(_places(positions, largest)[1]))


def _chosen(phrase: _Matches, passes: Callable[[Positions], npt.NDArray[np.bool_]]) -> _Matches:
    """Keep the passages that pass a test."""
    kept = [(positions, counts, np.flatnonzero(passes(positions))) for positions, counts in phrase.lists]
    return _Matches(tuple((positions[places], counts[places]) for positions, counts, places in kept), phrase.count)


def _places(wanted: Positions, positions: Positions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Where each wanted position stands among ascending `positions`, or would stand, and whether it is there."""
    places = np.searchsorted(positions, wanted)
    there = np.zeros(len(wanted), bool)
    inside = places < len(positions)
    there[inside] = positions[places[inside]] == wanted[inside]
    return places, there


def _in_all(pairs: Sequence[_Matches]) -> _Matches:
    """The passages that have all of several pairs of words, as often as the first of them."""
    if len(pairs) == 1 or not all(pair.count for pair in pairs):
        return pairs[0] if len(pairs) == 1 else _Matches()
    first, *others = (pair.lists[0] for pair in pairs)
    places = np.arange(len(first[0]))
    for other, _ in others:
        places = places[np.isin(first[0][places], other, assume_unique=True)]
    return _Matches(((first[0][places], first[1][places]),), len(places))


def _reached(scores: Scores, limit: int) -> float:
    """The score that just `limit` of `scores` reach, if none is equal to another."""
    return float(np.partition(scores, len(scores) - limit)[len(scores) - limit])


def _first(positions: Positions, scores: Scores, limit: int) -> dict[int, float]:
    """The `limit` positions with the highest scores; of equal ones the lower position comes first."""
    for looked_at in (max(FIRST, limit), len(positions)):  # what the first few reach, most of the others do not
        if len(positions) > limit > 0:
            near = scores >= _reached(scores[:looked_at], limit)
            positions, scores = positions[near], scores[near]
    order = np.lexsort((positions, -scores))[: max(limit, 0)]
    return dict(zip(positions[order].tolist(), scores[order].tolist(), strict=True))
