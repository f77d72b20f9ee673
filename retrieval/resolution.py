"""Finds which products a text names, tolerant to misspelling, missing words and numbers in words."""

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.document import Document
from retrieval.wording import STOP_WORDS, stem, with_digits, words

MIN_COVERAGE = 0.62  # of a name's weight: "pulse buds" may stand for "Pulse Buds Pro", "buds" may not
MIN_WORD_LIKENESS = 0.81  # difflib ratio from which a word counts as a misspelling of another
MIN_FUZZY_LETTERS = 4  # shorter words must be spelled right
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


# For each position of a text, the name tokens its word may stand for and how alike they are.
_Hits = dict[int, dict[str, float]]


@dataclass(frozen=True, slots=True)
class _Name:
    product_id: str
    tokens: tuple[str, ...]
    weights: tuple[float, ...]
    number: str  # the number in the product's title, if it has one


def tokens_of(text: str) -> list[str]:
    """The tokens that mentions count in: lower-case words, numbers as digits."""
    return with_digits(words(text))


class ProductNames:
    """All the names of all products; immutable and thread-safe."""

    def __init__(self, products: Iterable[Document]) -> None:
        products = list(products)
        titles = [tokens_of(product.title) for product in products]
        counts = Counter(token for title in titles for token in set(title))
        lasts = Counter(title[-1] for title in titles if title)
        self._generic = {token for token, count in lasts.items() if count >= GENERIC_TITLES and token.isalpha()}
        self._generic |= {token for p in products for word in words(p.category) for token in (word, stem(word))}
        self._counts, self._total = counts, len(products)
        self._names = [self._name(product, form) for product in products for form in _forms(product)]
        self._by_token: dict[str, set[int]] = {}
        self._joined: dict[str, tuple[str, str]] = {}
        for at, name in enumerate(self._names):
            for token in name.tokens:
                self._by_token.setdefault(token, set()).add(at)
            for pair in zip(name.tokens, name.tokens[1:], strict=False):
                self._joined.setdefault("".join(pair), pair)
        self._by_pair: dict[str, set[str]] = {}
        for token in self._by_token:
            for pair_of_letters in _letter_pairs(token):
                self._by_pair.setdefault(pair_of_letters, set()).add(token)

    def _name(self, product: Document, form: tuple[str, ...]) -> _Name:
        weights = tuple(self._weight(token) for token in form)
        number = next((token for token in reversed(tokens_of(product.title)) if token.isdigit()), "")
        return _Name(product.id, form, weights, number)

    def _weight(self, token: str) -> float:
        rarity = math.log(1 + self._total / (1 + self._counts[token]))
        if token.isdigit():
            return max(rarity, 0.1) * NUMBER_SHARE
        return max(rarity, 0.1) * (GENERIC_SHARE if token in self._generic else 1.0)

    def find(self, tokens: Sequence[str]) -> list[Mention]:
        """The products that `tokens` names, in the order of the text.

        Where one stretch of text may mean several, only the likeliest are returned: those within a hair
        of the best.
        """
        hits = self._hits(tokens)
        candidates = {at for matches in hits.values() for token in matches for at in self._by_token[token]}
        mentions = [mention for at in candidates if (mention := self._match(self._names[at], hits, tokens))]
        return _without_overlap(_best_of_each_product(mentions))

    def _hits(self, tokens: Sequence[str]) -> _Hits:
        """For each position of the text, the name tokens it may stand for and how alike they are."""
        hits: _Hits = {}
        for at, token in enumerate(tokens):
            found = self._like(token)
            if token in self._joined:  # "pulsebuds"
                found |= dict.fromkeys(self._joined[token], 1.0)
            after = token + tokens[at + 1] if at + 1 < len(tokens) else ""
            if after in self._by_token:  # "sound bar"
                found[after] = 1.0
            if found:
                hits[at] = found
        return hits

    def _like(self, token: str) -> dict[str, float]:
        if token in self._by_token:
            return {token: 1.0}
        same_stem = {form: 0.97 for form in (stem(token), token + "s") if form in self._by_token}
        if same_stem or len(token) < MIN_FUZZY_LETTERS or not token.isalpha() or token in STOP_WORDS:
            return same_stem
        near = Counter(other for pair in _letter_pairs(token) for other in self._by_pair.get(pair, ()))
        likeness = {
            other: difflib.SequenceMatcher(None, token, other).ratio()
            for other, shared in near.items()
            if len(other) >= MIN_FUZZY_LETTERS
            and other.isalpha()
            and 2 * (shared + (other[0] == token[0])) >= min(len(token), len(other)) - 1
        }
        return {other: ratio for other, ratio in likeness.items() if ratio >= MIN_WORD_LIKENESS}

    def _match(self, name: _Name, hits: _Hits, tokens: Sequence[str]) -> Mention | None:
        """How well the text names `name`, at the place where it does so best."""
        best: Mention | None = None
        for start in hits:
            mention = self._match_from(start, name, hits)
            better = mention is not None and (best is None or mention.score > best.score)
            if mention and better and not _is_other_number(name, tokens, mention.end):
                best = mention
        return best if best and self._is_telling(tokens[best.start : best.end]) else None

    def _match_from(self, start: int, name: _Name, hits: _Hits) -> Mention | None:
        """The words of `name` in their order, from the word at `start`, with at most one other word
        among them.
        """
        covered, at, first, end = 0.0, start, None, start
        limit = start + len(name.tokens) + 1
        for token, weight in zip(name.tokens, name.weights, strict=True):
            place = next((p for p in range(at, limit) if token in hits.get(p, {})), None)
            if place is not None:
                covered += weight * hits[place][token]
                first = place if first is None else first
                # One word of the text may stand for two of the name: "pulsebuds".
                at, end = (place if len(hits[place]) > 1 else place + 1), place + 1
        if first != start:
            return None
        if end == start + 1 and len(name.tokens) > 1 and len(hits[start]) == 1:
            return None  # one word of several: "night" is not the Night Watch Camera
        score = covered / sum(name.weights)
        return Mention(name.product_id, score, start, end) if score >= MIN_COVERAGE else None

    def _is_telling(self, tokens: Sequence[str]) -> bool:
        """Whether the words say which one, not only what kind of thing."""
        return any(not token.isdigit() and stem(token) not in self._generic for token in tokens)


def _is_other_number(name: _Name, tokens: Sequence[str], after: int) -> bool:
    """Whether the text goes on with a number that is not this product's: Falcon Book 18 is no Falcon
    Book 16.
    """
    if not name.number or name.number in tokens or after >= len(tokens):
        return False
    return tokens[after].isdigit()


def _forms(product: Document) -> list[tuple[str, ...]]:
    forms = {tuple(tokens_of(name)) for name in (product.title, *product.aliases)}
    return sorted(form for form in forms if form)


def _letter_pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


def _best_of_each_product(mentions: Iterable[Mention]) -> list[Mention]:
    best: dict[str, Mention] = {}
    for mention in mentions:
        known = best.get(mention.product_id)
        # Of two names that fit as well, the longer one says more: "river phone 5 mini" is not "river phone 5".
        rank = (mention.score, mention.end - mention.start)
        if known is None or rank > (known.score, known.end - known.start):
            best[mention.product_id] = mention
    return list(best.values())


def _without_overlap(mentions: list[Mention]) -> list[Mention]:
    ranked = sorted(mentions, key=lambda m: (-_strength(m), m.product_id))
    kept: list[Mention] = []
    for mention in ranked:
        rivals = [other for other in kept if mention.start < other.end and other.start < mention.end]
        if all(_strength(rival) - _strength(mention) <= TIE for rival in rivals):
            kept.append(mention)
    return sorted(kept, key=lambda m: (m.start, -m.score, m.product_id))


def _strength(mention: Mention) -> float:
    return mention.score * (1 + 0.2 * (mention.end - mention.start))
