"""Picks products by what only their facts tell: amounts in a unit, wishes, and the order by a property."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from retrieval.document import Document, Fact
from retrieval.filtering import price_of
from retrieval.language.concepts import Asked, Concept
from retrieval.language.quantities import quantity_of
from retrieval.language.wording import stem, with_digits, words
from retrieval.properties.facts import fact_for, is_absent
from retrieval.properties.limits import Limit
from retrieval.questions.wishes import Wishes, Words
from retrieval.selection.goods import Goods

_COUNT = re.compile(r"\d+(?:\.\d+)?")
NO_WISHES = Wishes()
MAX_FOUND = 50  # products of a search that are read in full, the first in its order


@dataclass(frozen=True, slots=True)
class FactTests:
    """What the facts of a product must tell: amounts within `limits`, and of each of `wishes` all words in one fact."""

    limits: tuple[Limit, ...]
    wishes: tuple[Words, ...] = ()
    more: Wishes = NO_WISHES

    def let_through(self, product: Document) -> bool:
        """Whether `product` passes."""
        return self.keep_limits(product) and self.are_granted(product)

    def keep_limits(self, product: Document) -> bool:
        """Whether `product` is within the limits, states one of all alternatives and nothing that is excluded."""
        return (
            all(limit.lets_through(product) for limit in self.limits)
            and all(any(_states(product, words) for words in group) for group in self.more.alternatives)
            and not any(_states(product, words) for words in self.more.excluded)
        )

    def are_granted(self, product: Document) -> bool:
        """Whether for each wish one fact has all its words in label and value, and does not say that there is none."""
        return all(any(_grants(fact, wish) for fact in product.facts) for wish in self.wishes)


@dataclass(frozen=True, slots=True)
class Found:
    """The first products of a search in its order, how many there are, and the tests that could be held to."""

    products: tuple[Document, ...]
    count: int
    tests: FactTests


def _grants(fact: Fact, wish: Words) -> bool:
    text = f"{fact.label} {fact.text}"
    # A quick look at its letters first: forms of a word begin alike, but a number may be written in words.
    if text.isascii() and not all(word[:2] in text.lower() for word in wish if word.isalpha()):
        return False
    return {stem(word) for word in wish} <= {stem(word) for word in with_digits(words(text))} and not is_absent(fact)


def _states(product: Document, wanted: Words) -> bool:
    """Whether the brand or one fact of `product` has all of some words, and does not say that there is none."""
    stems = {stem(word) for word in wanted}
    texts = [product.brand, *(f"{fact.label} {fact.text}" for fact in product.facts if not is_absent(fact))]
    return any(stems <= {stem(word) for word in with_digits(words(text))} for text in texts)


def found_in(
    goods: Goods, limits: tuple[Limit, ...], wishes: Sequence[Words], ranking: Asked | None, more: Wishes = NO_WISHES
) -> Found:
    """The products of `goods` that keep the limits and grant the wishes, the cheapest or as `ranking` has it first.

    Wishes that no product grants are no tests. The facts of all are read only where the columns do not tell.
    """
    tests = FactTests(limits, more=more)
    is_by_price = ranking is None or ranking.concept.labels[0] == "price"
    if tests == FactTests(()) and not wishes and is_by_price:
        most_expensive = ranking is not None and ranking.ranking > 0
        return Found(tuple(goods.first(MAX_FOUND, most_expensive=most_expensive)), goods.count(), tests)
    everything, granting = _Best(ranking), _Best(ranking)
    granted = replace(tests, wishes=tuple(wishes))
    for product in goods.with_facts_alone():
        if tests.keep_limits(product):
            everything.add(product)
            if wishes and granted.are_granted(product):
                granting.add(product)
    best, tests = (granting, granted) if granting.total else (everything, tests)
    ids = best.first()
    return Found(tuple(goods.among(ids)), best.count, tests)


class _Best:
    """The ids of the first products in the order asked for, of all that were added."""

    def __init__(self, ranking: Asked | None) -> None:
        self.total = 0
        self._ranking = ranking
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[tuple[float, str]]] = {}

    def add(self, product: Document) -> None:
        """Count a product, and keep it while it is among the first."""
        self.total += 1
        unit, amount = self._place(product)
        self._counts[unit] = self._counts.get(unit, 0) + 1
        first = self._first.setdefault(unit, [])
        first.append((amount, product.id))
        if len(first) > 2 * MAX_FOUND:
            first.sort()
            del first[MAX_FOUND:]

    def _place(self, product: Document) -> tuple[str, float]:
        """The unit of what it is ordered by, none where it has none, and the amount, the first the least."""
        amount = amount_of(product, self._ranking.concept) if self._ranking else None
        if self._ranking and amount:
            return amount[0], -self._ranking.ranking * amount[1]
        price = price_of(product)
        return "", inf if price is None else price

    @property
    def _unit(self) -> str:
        """The most frequent unit; none only where nothing has any."""
        return max(sorted(set(self._counts) - {""}), key=self._counts.__getitem__, default="")

    @property
    def count(self) -> int:
        """How many products compare with the first."""
        return self._counts.get(self._unit, 0)

    def first(self) -> list[str]:
        """The first of them, in order."""
        return [product_id for _, product_id in sorted(self._first.get(self._unit, []))[:MAX_FOUND]]


def amount_of(product: Document, concept: Concept) -> tuple[str, float] | None:
    """What `product` has of `concept` as (unit, value), for ranking; None when its fact gives no quantity."""
    fact = fact_for(product, concept)
    if fact is None:
        return None
    if fact.number is not None:
        return fact.slug, fact.number
    if _COUNT.fullmatch(fact.text):
        return fact.slug, float(fact.text)
    quantity = quantity_of(fact.text)
    return (quantity.unit, quantity.value) if quantity else None


def ranked(products: Iterable[Document], asked: Asked) -> list[Document]:
    """The products that state the concept in the most frequent unit, the most of it first (or the least, as
    asked).
    """
    amounts = {product: amount for product in products if (amount := amount_of(product, asked.concept))}
    units = [unit for unit, _ in amounts.values()]
    if not units:
        return []
    common = max(sorted(set(units)), key=units.count)
    comparable = [product for product, (unit, _) in amounts.items() if unit == common]
    return sorted(comparable, key=lambda product: (-asked.ranking * amounts[product][1], product.id))
