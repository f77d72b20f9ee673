"""Finds which products a text names, tolerant to misspelling, missing words and numbers in words."""

import difflib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.index.name_index import Name, NameIndex, is_fuzzy, sound_of
from retrieval.language.wording import STOP_WORDS, stem

MIN_COVERAGE = 0.62  # of a name's weight: "pulse buds" may mean "Pulse Buds Pro", "buds" may not
MIN_WORD_LIKENESS = 0.81  # difflib ratio from which a word counts as a misspelling of another
MIN_SOUND_LIKENESS = 0.7  # the same of words with the same consonants
MIN_PART_LETTERS = 3  # of each of two words written as one
GENERIC_TITLES = 3  # a last word shared by this many titles says what the thing is, not which one
GENERIC_SHARE = 0.3  # of its weight is left to such a word
NUMBER_SHARE = 0.5  # of its weight is left to a number: people leave it out
TIE = 0.02  # mentions this close in score are equally likely


@dataclass(frozen=True, slots=True)
class Mention:
    """A product that a text names: `start` to `end` are its tokens, `score` runs from 0 to 1."""

    product_id: str
    score: float
    start: int
    end: int


# For each position of a text, the name tokens its word may mean and how alike they are.
_Hits = dict[int, dict[str, float]]
# For each name token the positions, ascending, of the words that may mean it.
_Places = dict[str, list[int]]


class ProductNames:
    """Finds the products that texts name; thread-safe and without state."""

    def __init__(self, index: NameIndex, others: Collection[str] = ()) -> None:
        """`others` are stems of words that mean a property, and are no misspelled names: `price` is not Rice."""
        self._index = index
        self._others = frozenset(others)

    def kinds(self) -> list[str]:
        """The stems of the words that say what kind of thing a product is."""
        return self._index.kinds()

    def _weight(self, token: str) -> float:
        rarity = max(math.log(1 + self._index.total / (1 + self._index.word(token).titles)), 0.1)
        if token.isdigit():
            return rarity * NUMBER_SHARE
        return rarity * (GENERIC_SHARE if self._is_generic(token) else 1.0)

    def _is_generic(self, token: str) -> bool:
        """Whether `token` says what a thing is, not which one."""
        word = self._index.word(token)
        return word.is_of_category or (word.lasts >= GENERIC_TITLES and token.isalpha())

    def find(self, tokens: Sequence[str]) -> list[Mention]:
        """The products that `tokens` names, in the order of the text.

        Where one stretch of text may mean several, only the most likely are returned: those within a hair
        of the best.
        """
        hits = self._hits(tokens)
        places = _places_of(hits)
        names = self._index.names_with(sorted(word for word in places if not word.isdigit()))
        mentions = [mention for name in names for mention in self._matches(name, hits, places, tokens)]
        return _best_of_each_product(_without_overlap(mentions))

    def finds_other_number(self, tokens: Sequence[str]) -> bool:
        """Whether `tokens` name a product but for its number: Falcon Book 18 is no Falcon Book 16."""
        hits = self._hits(tokens)
        places = _places_of(hits)
        words = sorted(word for word in places if not word.isdigit())
        return any(
            mention and _is_other_number(name, tokens, mention.end) and mention.end - mention.start > 1
            for name in self._index.names_with(words)
            for start in _starts_of(name, places)
            for mention in (self._match_from(start, name, hits),)
        )

    def _hits(self, tokens: Sequence[str]) -> _Hits:
        """For each position of the text, the name tokens it may mean and how alike they are."""
        hits: _Hits = {}
        for at, token in enumerate(tokens):
            found = self._like(token)
            after = token + tokens[at + 1] if at + 1 < len(tokens) else ""
            if self._is_known(after):  # "sound bar"
                found[after] = 1.0
            if found:
                hits[at] = found
        return hits

    def is_in_a_name(self, token: str) -> bool:
        """Whether a name has `token`, or its singular or plural."""
        return any(map(self._is_known, (token, stem(token), token + "s")))

    def _is_known(self, token: str) -> bool:
        return bool(token) and self._index.word(token).names > 0

    def _like(self, token: str) -> dict[str, float]:
        if self._is_known(token):
            return {token: 1.0}
        same_stem = {form: 0.97 for form in (stem(token), token + "s") if self._is_known(form)}
        if same_stem or not is_fuzzy(token) or token in STOP_WORDS or stem(token) in self._others:
            return same_stem
        return self._parts(token) or self._near(token)

    def _parts(self, token: str) -> dict[str, float]:
        """The two name tokens that `token` joins: `pulsebuds`."""
        for at in range(MIN_PART_LETTERS, len(token) - MIN_PART_LETTERS + 1):
            parts = (token[:at], token[at:])
            if all(map(self._is_known, parts)):
                return dict.fromkeys(parts, 1.0)
        return {}

    def _near(self, token: str) -> dict[str, float]:
        """The name tokens that `token` may be a misspelling of, or that sound like it."""
        likeness = {other: difflib.SequenceMatcher(None, token, other).ratio() for other in self._index.alike(token)}
        return {
            other: ratio
            for other, ratio in likeness.items()
            if ratio >= (MIN_SOUND_LIKENESS if sound_of(other) == sound_of(token) else MIN_WORD_LIKENESS)
        }

    def _matches(self, name: Name, hits: _Hits, places: _Places, tokens: Sequence[str]) -> Iterator[Mention]:
        """The places where the text names `name`."""
        for start in _starts_of(name, places):
            mention = self._match_from(start, name, hits)
            if mention is None or _is_other_number(name, tokens, mention.end):
                continue
            if self._is_telling(tokens[mention.start : mention.end]):
                yield mention

    def _match_from(self, start: int, name: Name, hits: _Hits) -> Mention | None:
        """The words of `name` in their order, from the word at `start`, with at most one other word
        among them.
        """
        covered, at, first, end = 0.0, start, None, start
        limit = start + len(name.tokens) + 1
        weights = [self._weight(token) for token in name.tokens]
        for token, weight in zip(name.tokens, weights, strict=True):
            place = next((p for p in range(at, limit) if token in hits.get(p, {})), None)
            if place is not None:
                covered += weight * hits[place][token]
                first = place if first is None else first
                # One word of the text may be two of the name: "pulsebuds".
                at, end = (place if len(hits[place]) > 1 else place + 1), place + 1
        if first != start:
            return None
        if end == start + 1 and len(name.tokens) > 1 and len(hits[start]) == 1:
            return None  # one word of several: "night" is not the Night Watch Camera
        score = covered / sum(weights)
        return Mention(name.product_id, score, start, end) if score >= MIN_COVERAGE else None

    def _is_telling(self, tokens: Sequence[str]) -> bool:
        """Whether the words say which one, not only what kind of thing, nor nothing: `of the`."""
        return any(not token.isdigit() and token not in STOP_WORDS and not self._is_generic(token) for token in tokens)


def _places_of(hits: _Hits) -> _Places:
    places: _Places = {}
    for at, found in hits.items():
        for word in found:
            places.setdefault(word, []).append(at)
    return places


def _starts_of(name: Name, places: _Places) -> list[int]:
    """The positions, ascending, where `name` may begin: those of words that may mean one of its tokens."""
    return sorted({at for token in name.tokens for at in places.get(token, ())})


def _is_other_number(name: Name, tokens: Sequence[str], after: int) -> bool:
    """Whether the text goes on with a number that is not this product's: Falcon Book 18 is no Falcon
    Book 16.
    """
    if not name.number or name.number in tokens or after >= len(tokens):
        return False
    return tokens[after].isdigit()


def _without_overlap(mentions: Iterable[Mention]) -> list[Mention]:
    """The strongest mentions of each stretch of text, and those within a hair of them."""
    kept: list[Mention] = []
    strongest: dict[int, float] = {}  # of the mentions that are kept, by position of the text
    for mention in sorted(mentions, key=lambda m: (-_strength(m), m.product_id, m.start)):
        places, strength = range(mention.start, mention.end), _strength(mention)
        if all(strongest.get(at, strength) - strength <= TIE for at in places):
            kept.append(mention)
            for at in places:
                strongest.setdefault(at, strength)
    return kept


def _best_of_each_product(mentions: Iterable[Mention]) -> list[Mention]:
    """The best mention of each product, in the order of the text."""
    best: dict[str, Mention] = {}
    for mention in mentions:
        known = best.get(mention.product_id)
        # Of two names that fit as well, the longer one says more: "river phone 5 mini" is not "river phone 5".
        if known is None or _strength(mention) > _strength(known):
            best[mention.product_id] = mention
    return sorted(best.values(), key=lambda m: (m.start, -m.score, m.product_id))


def _strength(mention: Mention) -> float:
    return mention.score * (1 + 0.2 * (mention.end - mention.start))
