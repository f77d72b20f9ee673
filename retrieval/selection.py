"""Understands a search for products: what kind, which brand, within which limits, and in which order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from retrieval.catalogue import Catalogue, Filter
from retrieval.concepts import Asked, Concept
from retrieval.document import PRODUCT, Document
from retrieval.facts import fact_for, is_absent
from retrieval.filtering import folded, in_stock, price_of
from retrieval.limits import MONEY, Limit, limits_of
from retrieval.name_index import NameIndex, tokens_of
from retrieval.quantities import quantity_of
from retrieval.wording import STOP_WORDS, stem, with_digits, word_set, words

MAX_FOUND = 300  # products of one kind or brand that a search looks at, the cheapest first
_REQUEST = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|i (?:want|need)|i'd like|find me|"
    r"i'm after|recommend|suggest|which|what|any|anything|list|search for|got any|are there|is there|give me|buy|"
    r"sell)\b"
)
_STOCKED = re.compile(r"\b(?:in stock|available|on the shelf|right now|today|straight away|at the moment)\b")
# Words of a request that set no further wish.
_PLAIN_WORDS = word_set(
    """
    under below less than cheaper lower up to at most no more not within maximum max over above least between around
    dollars dollar bucks cost costs costing price priced sell carry stock offer show looking find recommend suggest
    list search buy give product products store shop available kind kinds sort type types bigger larger smaller
    heavier lighter longer shorter weigh weighs weighing big dearest cheapest sorted order moment today now right
    after gift present anything something take
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
    """What a search request asks for; `products` are those that pass every test, the cheapest first.

    `is_exact` when the tests cover all that was asked: "phones under 200 dollars", but not "phones with big
    keys", nor what can only be told of each product where there are more than were looked at. `is_request` when it
    asks to be shown products, rather than only naming a kind of product. `ranking` is the property that ranks them,
    and `is_ordered` says that all are wanted in its order, not only the first.
    """

    products: tuple[Document, ...]
    is_exact: bool
    is_request: bool
    ranking: Asked | None
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class _Tests:
    """What the words of a request set: the tests of the catalogue, and limits that the facts must keep."""

    only: Filter
    limits: tuple[Limit, ...]

    def let_through(self, product: Document) -> bool:
        return all(limit.lets_through(product) for limit in self.limits)


class ProductSelector:
    """Reads search requests and finds their products in the catalogue; thread-safe and without state."""

    def __init__(self, catalogue: Catalogue, names: NameIndex) -> None:
        self._catalogue = catalogue
        self._names = names

    def read(self, text: str, asked: Sequence[Asked]) -> ProductSearch | None:
        """The search that `text` asks for; None when it names neither a kind of product nor a brand, nor a price."""
        tokens = tokens_of(text)
        normal = " ".join(tokens)
        brands = self._names.brands_of(tokens)[:1]
        tests = _tests_of(normal, brands[0][1] if brands else None)
        kinds, found = self._of_kinds(tokens, tests)
        is_bare = found is None and not brands
        if is_bare and not _sets_price(normal, tests):
            return None
        if found is None:
            found = self._catalogue.chosen(tests.only, MAX_FOUND, by="price")
        is_whole = len(found) < MAX_FOUND
        found = [product for product in found if tests.let_through(product)]
        ranking = next((each for each in asked if each.ranking and f"{each.trigger} than" not in normal), None)
        plain = {*kinds[:1], *(brands[0][0] if brands else ()), *_PLAIN_WORDS, *_units(tests)}
        plain |= set(ranking.trigger.split()) if ranking else set()
        wishes = [token for token in tokens if token not in plain and token not in STOP_WORDS]
        wishes = [token for token in wishes if token.isalpha() or token not in _numbers(tests)]
        if is_bare and wishes:
            return None
        found, wishes = _granted(found, wishes)
        is_request = bool(_REQUEST.search(normal) or tests.limits or _has_price(tests) or ranking)
        is_ordered = ranking is not None and _names_both_ends(normal, ranking.concept)
        is_exact = not wishes and (is_whole or not (tests.limits or ranking))
        return ProductSearch(tuple(found), is_exact, is_request, ranking, is_ordered)

    def _of_kinds(self, tokens: Sequence[str], tests: _Tests) -> tuple[list[str], list[Document] | None]:
        """The kinds of product named, as the text says them, and the products of any of those kinds."""
        said: list[str] = []
        found: dict[str, Document] = {}
        for token in dict.fromkeys(tokens):
            names = (
                () if token in STOP_WORDS or not token.isalpha() else (stem(token), *_OTHER_WORDS.get(stem(token), ()))
            )
            products = self._of_kind(names, tests) if names else None
            if products is not None:
                said.append(token)
                found |= {product.id: product for product in products}
        return said, sorted(found.values(), key=_by_price) if said else None

    def _of_kind(self, names: Sequence[str], tests: _Tests) -> list[Document] | None:
        """The products of the categories and with the titles that `names` (stems) name; None when there are none."""
        categories = self._names.categories_of(names)
        ending = self._names.products_ending(names, MAX_FOUND)
        if not categories and not ending:
            return None
        titled = self._catalogue.documents_of(ending)
        found = [product for product in titled if _passes(product, tests.only)]
        named = {product.category for product in titled}
        for category in categories:
            # "Tablets and Readers" are not all tablets, where titles say which ones are.
            if not (category in named and _is_of_several(category)):
                found += self._catalogue.chosen(replace(tests.only, category=category), MAX_FOUND, by="price")
        return found


def _tests_of(text: str, brand: str | None) -> _Tests:
    limits = limits_of(text)
    price = next((limit for limit in limits if not limit.unit), Limit(-inf, inf))
    only = Filter(
        PRODUCT,
        brand=brand,
        min_price=price.low if isfinite(price.low) else None,
        max_price=price.high if isfinite(price.high) else None,
        in_stock=True if _STOCKED.search(text) else None,
    )
    return _Tests(only, tuple(limit for limit in limits if limit.unit))


def _passes(product: Document, only: Filter) -> bool:
    """Whether the catalogue's tests let `product` through."""
    price = price_of(product)
    is_inside = price is not None and (only.min_price or -inf) <= price <= (only.max_price or inf)
    return (
        (only.brand is None or folded(only.brand) == folded(product.brand))
        and (is_inside or (only.min_price is None and only.max_price is None))
        and (only.in_stock is None or only.in_stock == in_stock(product))
    )


def _has_price(tests: _Tests) -> bool:
    return tests.only.min_price is not None or tests.only.max_price is not None


def _sets_price(text: str, tests: _Tests) -> bool:
    """Whether `text` asks for anything within a price, and says that it is money."""
    return _has_price(tests) and not MONEY.isdisjoint(stem(word) for word in text.split())


def _units(tests: _Tests) -> set[str]:
    return {form for limit in tests.limits for form in (limit.unit, limit.unit + "s", limit.unit + "es")}


def _numbers(tests: _Tests) -> set[str]:
    prices = (tests.only.min_price, tests.only.max_price)
    amounts = (*prices, *(end for limit in tests.limits for end in (limit.low, limit.high)))
    return {f"{amount:g}" for amount in amounts if amount is not None}


def _is_of_several(category: str) -> bool:
    return re.search(r"\band\b|&|,|/", category.split(" > ")[-1]) is not None


def _granted(products: list[Document], wishes: Sequence[str]) -> tuple[list[Document], list[str]]:
    """The products whose facts grant every wish and no wish left; or all of them with the wishes, if none does."""
    if not wishes:
        return products, []
    granting = [product for product in products if _grants(product, wishes)]
    return (granting, []) if granting else (products, list(wishes))


def _grants(product: Document, wishes: Sequence[str]) -> bool:
    """Whether one fact of `product` has all of `wishes` in label and value, and does not say that there is none."""
    wanted = {stem(wish) for wish in wishes}
    return any(
        wanted <= {stem(word) for word in with_digits(words(f"{fact.label} {fact.text}"))} and not is_absent(fact)
        for fact in product.facts
    )


def _names_both_ends(text: str, concept: Concept) -> bool:
    return all(pattern is not None and pattern.search(text) for pattern in (concept.more, concept.less))


def _by_price(product: Document) -> tuple[float, str]:
    price = price_of(product)
    return (inf if price is None else price, product.id)


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
