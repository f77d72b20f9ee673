"""Understands a search for products: what kind, which brand, how much it may cost, and in which order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.concepts import Asked, Concept
from retrieval.document import Document
from retrieval.facts import fact_for
from retrieval.quantities import quantity_of
from retrieval.resolution import tokens_of
from retrieval.wording import STOP_WORDS, stem, word_set

_AMOUNT = r"(?:about |around |than |as )?(?:a )?\$?(\d+(?:\.\d+)?)"
_MOST = re.compile(
    r"(?:under|below|less than|cheaper than|lower than|up to|at most|no more than|not more than|within|maximum of|max|"
    rf"beneath|for) {_AMOUNT}"
)
_LEAST = re.compile(rf"(?:over|above|more than|at least|from|upwards of|starting at|minimum of) {_AMOUNT}")
_BETWEEN = re.compile(rf"between {_AMOUNT} (?:dollars )?(?:and|to) {_AMOUNT}")
_REQUEST = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|i (?:want|need)|i'd like|find me|"
    r"recommend|suggest|which|what|any|list|search for|got any|are there|is there|give me|buy|sell)\b"
)
# Words of a request that set no further wish.
_PLAIN_WORDS = word_set(
    """
    under below less than cheaper lower up to at most no more not within maximum max over above least between around
    dollars dollar bucks cost costs costing price priced sell carry stock offer show looking find recommend suggest
    list search buy give product products store shop available kind kinds sort type types
    """
)
# Words for kinds of things that no catalogue agrees on, and the catalogue words they may stand for.
_OTHER_WORDS = {
    "earphone": ("earbud", "headphone"),
    "bud": ("earbud",),
    "headset": ("headphone", "headset"),
    "mobile": ("phone",),
    "smartphone": ("phone",),
    "cellphone": ("phone",),
    "cell": ("phone",),
    "notebook": ("laptop",),
    "computer": ("laptop",),
    "telly": ("tv",),
    "television": ("tv",),
    "display": ("monitor",),
    "ereader": ("reader",),
    "smartwatch": ("watch",),
    "powerbank": ("charger", "tank"),
    "wearable": ("watch", "wearable"),
    "controller": ("pad", "gaming"),
}


@dataclass(frozen=True, slots=True)
class ProductSearch:
    """What a search request asks for; `products` are those that pass every test, in no special order.

    `is_exact` when the tests cover all that was asked: "phones under 200 dollars", but not "phones with big
    keys". `is_request` when it asks to be shown products, rather than only naming a kind of product.
    """

    products: tuple[Document, ...]
    is_exact: bool
    is_request: bool
    ranking: Asked | None


class ProductSelector:
    """Reads search requests against all the products; immutable and thread-safe."""

    def __init__(self, products: Iterable[Document]) -> None:
        self._products = tuple(products)
        self._kinds: dict[str, list[Document]] = {}
        self._brands: dict[tuple[str, ...], list[Document]] = {}
        for product in self._products:
            for word in _kind_words(product):
                self._kinds.setdefault(word, []).append(product)
            if product.brand:
                self._brands.setdefault(tuple(tokens_of(product.brand)), []).append(product)

    def read(self, text: str, asked: Sequence[Asked]) -> ProductSearch | None:
        """The search that `text` asks for; None when it names neither a kind of product nor a brand."""
        tokens = tokens_of(text)
        normal = " ".join(tokens)
        kinds, found = self._of_kind(tokens)
        brand, made = self._of_brand(tokens)
        if made is not None:
            found = [product for product in (made if found is None else found) if product in made]
        low, high = _limits(normal)
        if found is None:
            return None
        inside = [product for product in found if low <= _price(product) <= (high or float("inf"))]
        ranking = next((each for each in asked if each.ranking), None)
        is_request = bool(_REQUEST.search(normal) or low or high or ranking)
        plain = {*kinds[:1], *brand, *_PLAIN_WORDS, *(ranking.trigger.split() if ranking else ())}
        wishes = [token for token in tokens if token not in plain and token not in STOP_WORDS and token.isalpha()]
        return ProductSearch(tuple(inside), not wishes, is_request, ranking)

    def _of_kind(self, tokens: Sequence[str]) -> tuple[list[str], list[Document] | None]:
        """The kinds of product named, as the text says them, and the products of any of those kinds."""
        found: dict[str, list[Document]] = {}
        for token in tokens:
            names = (stem(token), *_OTHER_WORDS.get(stem(token), ()))
            products = [product for name in names for product in self._kinds.get(name, ())]
            if products and token not in STOP_WORDS:
                found[token] = products
        everything = list(dict.fromkeys(product for products in found.values() for product in products))
        return list(found), everything or None

    def _of_brand(self, tokens: Sequence[str]) -> tuple[tuple[str, ...], list[Document] | None]:
        for brand, products in self._brands.items():
            for at in range(len(tokens) - len(brand) + 1):
                if tuple(tokens[at : at + len(brand)]) == brand:
                    return brand, products
        return (), None


def _kind_words(product: Document) -> set[str]:
    leaf = product.category.split(" > ")[-1]
    return {stem(word) for word in tokens_of(f"{leaf} {product.title.split(' ')[-1]}") if word.isalpha()} - STOP_WORDS


def _limits(text: str) -> tuple[float, float]:
    """Lowest and highest price asked for; 0 where the text sets none."""
    if between := _BETWEEN.search(text):
        return float(between[1]), float(between[2])
    most, least = _MOST.search(text), _LEAST.search(text)
    return float(least[1]) if least else 0.0, float(most[1]) if most else 0.0


def _price(product: Document) -> float:
    fact = product.fact("price")
    return fact.number if fact and fact.number is not None else float("inf")


def amount_of(product: Document, concept: Concept) -> tuple[str, float] | None:
    """What `product` has of `concept` as (unit, value), for ranking; None when its fact gives no quantity."""
    fact = fact_for(product, concept)
    if fact is None:
        return None
    if fact.number is not None:
        return fact.slug, fact.number
    quantity = quantity_of(fact.text)
    return (quantity.unit, quantity.value) if quantity else None


def ranked(products: Iterable[Document], asked: Asked) -> list[Document]:
    """The products that state the concept in the commonest unit, the most of it first (or the least, as
    asked).
    """
    amounts = {product: amount for product in products if (amount := amount_of(product, asked.concept))}
    units = [unit for unit, _ in amounts.values()]
    if not units:
        return []
    common = max(sorted(set(units)), key=units.count)
    comparable = [product for product, (unit, _) in amounts.items() if unit == common]
    return sorted(comparable, key=lambda product: (-asked.ranking * amounts[product][1], product.id))
