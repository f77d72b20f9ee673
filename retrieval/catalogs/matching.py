"""Finds the same product in two catalogues, without examples: words by their rarity, model codes, numbers, prices.

For each product, the most similar products of the other catalogue are found by shared words and scored; a pair is a
match when each product is the other's best, unless their model numbers contradict. Word weights are inverse document
frequencies over both catalogues. The share of weight that two titles have in common is taken of either title; the
geometric mean of both is the core of the score.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.catalogs.model_numbers import ModelNumbers, codes_of, contradict, model_numbers
from retrieval.document import Document
from retrieval.language.money import money_of
from retrieval.language.wording import words
from retrieval.options import MatchOptions
from retrieval.progress import Progress, Untold

MAX_DESCRIPTION_WORDS = 150
MIN_PREFIX = 3  # letters that a word and its shortened form have in common: "pro" and "professional"
PREFIX_SHARE = 0.8  # what a shortened word counts of a whole one
TWICE = 0.75  # of the score of a pair, that two entries of one catalogue have which are the same thing
_ROUND = re.compile(r"(?:\.0+)+$")


@dataclass(frozen=True, slots=True)
class Match:
    """Two products that are one, and how alike they are; only scores of one matching compare."""

    left_id: str
    right_id: str
    score: float


@dataclass(frozen=True, slots=True)
class _Product:
    """The parts of a product that are compared; `about` weighs the words of its description, as a unit vector."""

    id: str
    title: tuple[str, ...]
    words: frozenset[str]
    brand: frozenset[str]
    codes: frozenset[str]
    models: ModelNumbers
    about: Mapping[str, float]
    price: float | None
    currency: str | None


def match(
    left: Iterable[Document],
    right: Iterable[Document],
    options: MatchOptions | None = None,
    progress: Progress | None = None,
) -> list[Match]:
    """Find the products of `left` that are also in `right`, most similar first; both are held in memory.

    A product of one side matches several of the other only when they are equally like it: a shop that lists something
    twice.
    """
    options, progress = options or MatchOptions(), progress or Untold()
    left, right = list(left), list(right)
    weights = _weights([*left, *right])
    meanings = _rarity([_about_words(document) for document in (*left, *right)])
    ours = [_product(document, meanings) for document in left]
    theirs = [_product(document, meanings) for document in right]
    scorer = _Scorer(weights, options)
    scores: dict[tuple[int, int], float] = {}
    progress.begin("matching", len(ours), "product")
    for at, others in enumerate(_candidates(ours, theirs, weights, options)):
        scores |= {
            (at, other): scorer.score(ours[at], theirs[other])
            for other in others
            if not contradict(ours[at].models, theirs[other].models)
        }
        progress.advance(1)
    found = _pairs(scores, ours, theirs, scorer, options)
    matches = [Match(ours[at].id, theirs[other].id, score) for (at, other), score in found.items()]
    return sorted(matches, key=lambda found: (-found.score, found.left_id, found.right_id))


def _pairs(
    scores: Mapping[tuple[int, int], float],
    ours: Sequence[_Product],
    theirs: Sequence[_Product],
    scorer: "_Scorer",
    options: MatchOptions,
) -> dict[tuple[int, int], float]:
    """The pairs that are each other's best, and those nearly as good whose products are listed twice.

    A product is listed twice in its own catalogue when the two entries are nearly as like each other as they are like
    the product that both match. Variants that differ in a model number are not.
    """
    best_left: dict[int, tuple[float, int]] = {}
    best_right: dict[int, tuple[float, int]] = {}
    for (at, other), score in scores.items():
        best_left[at] = max(best_left.get(at, (0.0, 0)), (score, other))
        best_right[other] = max(best_right.get(other, (0.0, 0)), (score, at))
    found = {}
    for (at, other), score in scores.items():
        if score < options.min_score or score < best_right[other][0]:
            continue
        best, first = best_left[at]
        if score >= options.near_best * best and (
            other == first or _is_listed_twice(theirs[first], theirs[other], score, scorer)
        ):
            found[at, other] = score
    return found


def _is_listed_twice(one: _Product, other: _Product, score: float, scorer: "_Scorer") -> bool:
    """Whether two entries of one catalogue are nearly as like each other as one is like a product of the other."""
    return not contradict(one.models, other.models) and scorer.score(one, other) >= TWICE * score


def _candidates(
    ours: Sequence[_Product], theirs: Sequence[_Product], weights: Mapping[str, float], options: MatchOptions
) -> Iterable[list[int]]:
    """For each of ours the places of those of theirs that share most weight of words in the title.

    Words that very many titles have are passed over: they find nothing, and would make the work quadratic.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at, product in enumerate(theirs):
        for word in product.words | product.codes:
            places[word].append(at)
    for product in ours:
        shared: dict[int, float] = defaultdict(float)
        for word in sorted(product.words | product.codes | _joined(product.title)):
            found = places.get(word, ())
            for at in found if len(found) <= options.max_titles_of_word else ():
                shared[at] += weights[word]
        yield heapq.nsmallest(options.candidates, shared, key=lambda at: (-shared[at], at))


class _Scorer:
    """Says how alike two products are."""

    def __init__(self, weights: Mapping[str, float], options: MatchOptions) -> None:
        self._weights = weights
        self._options = options

    def score(self, left: _Product, right: _Product) -> float:
        """0 for nothing in common, about 1 and a half for the same in every respect."""
        options = self._options
        return (
            self._titles(left, right)
            + options.description_weight * _alike(left.about, right.about)
            + options.price_weight * _same_price(left, right)
            + options.number_weight * _same_numbers(left.words, right.words)
        )

    def _titles(self, left: _Product, right: _Product) -> float:
        """Take the geometric mean of the shares of either title's weight that is in the other."""
        first, second = _respelled(left.title, right.words), _respelled(right.title, left.words)
        codes = sum(self._weights[code] for code in left.codes & right.codes)
        brands = left.brand | right.brand
        return math.sqrt(self._share(first, second, brands, codes) * self._share(second, first, brands, codes))

    def _share(self, words: set[str], others: set[str], brands: frozenset[str], codes: float) -> float:
        """The share of the weight of `words` that `others` have; a maker's name that only one title has counts for
        nothing, a model code in both counts on its own.
        """
        said, shared = codes, codes
        rest = others - words
        for word in words:
            weight = self._weights[word]
            found = 1.0 if word in others else _shortened(word, rest)
            shared += found * weight
            said += weight if found or word not in brands else 0.0
        return shared / said if said else 0.0


def _shortened(word: str, others: Iterable[str]) -> float:
    """Weigh `word` where one of `others` is its beginning, or the other way round: 0 to 1."""
    if len(word) < MIN_PREFIX or not word.isalpha():
        return 0.0
    starts = (len(other) >= MIN_PREFIX and (word.startswith(other) or other.startswith(word)) for other in others)
    return PREFIX_SHARE if any(starts) else 0.0


def _respelled(title: Sequence[str], others: frozenset[str]) -> set[str]:
    """The words of a title, two of them as one where the other title writes them so: "quick books"."""
    found: set[str] = set()
    at = 0
    while at < len(title):
        pair = "".join(title[at : at + 2])
        joins = at + 1 < len(title) and pair in others and title[at] not in others
        found.add(pair if joins else title[at])
        at += 2 if joins else 1
    return found


def _joined(title: Sequence[str]) -> set[str]:
    return {first + second for first, second in zip(title, title[1:], strict=False)}


def _same_price(left: _Product, right: _Product) -> float:
    """The smaller price as a share of the larger; a half when they cannot be compared."""
    if not left.price or not right.price or left.currency != right.currency:
        return 0.5
    return min(left.price, right.price) / max(left.price, right.price)


def _same_numbers(left: frozenset[str], right: frozenset[str]) -> float:
    """Compare numbers: 1 when one title has all those of the other, less when both have numbers of their own.

    Versions and years distinguish products that share all their words.
    """
    first, second = ({word for word in words_ if word[0].isdigit()} for words_ in (left, right))
    if not first and not second:
        return 0.0
    if not first or not second:
        return -0.25
    if first <= second or second <= first:
        return 1.0
    return 0.5 if first & second else -1.0


def _alike(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """Take the cosine of two descriptions; the average of unlike products when one is missing."""
    if not left or not right:
        return 0.1
    few, many = sorted((left, right), key=len)
    return sum(weight * many[word] for word, weight in few.items() if word in many)


def _product(document: Document, meanings: Mapping[str, float]) -> _Product:
    title = tuple(_title_words(document))
    price = document.fact("price")
    money = money_of(price.text) if price else None
    return _Product(
        document.id,
        title,
        frozenset(title),
        frozenset(_brand_words(document)),
        frozenset(codes_of(document.title)),
        model_numbers(document),
        _unit({word: (1 + math.log(n)) * meanings[word] for word, n in Counter(_about_words(document)).items()}),
        price.number if price else None,
        money.currency if money else None,
    )


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {word: weight / length for word, weight in vector.items()}


def _title_words(document: Document) -> list[str]:
    return [_plain(word) for word in words(document.title)]


def _brand_words(document: Document) -> list[str]:
    return [_plain(word) for word in words(document.brand)]


def _about_words(document: Document) -> list[str]:
    return [_plain(word) for word in words(document.text)[:MAX_DESCRIPTION_WORDS]]


def _plain(word: str) -> str:
    """A number without decimals that say nothing: `16.0` is `16`."""
    return _ROUND.sub("", word)


def _weights(documents: Iterable[Document]) -> Mapping[str, float]:
    return _rarity(
        [*_title_words(document), *map(_plain, words(document.brand)), *codes_of(document.title)]
        for document in documents
    )


def _rarity(texts: Iterable[Iterable[str]]) -> Mapping[str, float]:
    """The inverse document frequency of each word; a word that no text has is as rare as can be."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        counts.update(set(text))
        total += 1
    rarest = math.log((total + 1) / 0.5)
    return defaultdict(lambda: rarest, {word: math.log((total + 1) / (n + 0.5)) for word, n in counts.items()})
