"""Understands a search for products: what kind, which brand, within which limits, and in which order."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite

from retrieval.document import PRODUCT, Document
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import Asked, Concept
from retrieval.language.wording import STOP_WORDS, stem, word_set, words
from retrieval.properties.limits import MONEY, Limit, limits_of
from retrieval.questions.wishes import Words, wishes_of
from retrieval.selection.goods import Goods, Kinds
from retrieval.selection.picking import FactTests, found_in

_POINTS_AT_ONE = word_set("it its this that")
_REQUEST = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|i (?:want|need)|i'd like|find me|"
    r"i'm after|recommend|suggest|which|what|any|anything|list|search for|got any|are there|is there|give me|buy|"
    r"sell)\b"
)
_OF_ANY_KIND = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|find me|list|got any|are there|"
    r"any|anything|something|which)\b"
)
_STOCKED = re.compile(r"\b(?:in stock|available|on the shelf|right now|today|straight away|at the moment)\b")
# Words of a request that set no further wish.
_PLAIN_WORDS = word_set(
    """
    under below less than cheaper lower up to at most no more not within maximum max over above least between around
    euros pounds quid
    dollars dollar bucks cost costs costing price priced sell carry stock offer show looking find recommend suggest
    list search buy give product products store shop available kind kinds sort type types bigger larger smaller
    heavier lighter longer shorter weigh weighs weighing big dearest cheapest sorted order moment today now right
    after gift present anything something take takes allow allows accept accepts include includes made thing things
    item items place places article articles off
    """
)
_NO_WISHES = STOP_WORDS | {"not", "or", "without"}
_BETWEEN_WISHES = word_set("and with but that which in by for")
_ANYTHING = word_set("anything something thing things item items product products article articles place places")
MOST_PASSAGES = 2000  # of a word that is looked up in all products
# Words for kinds of things that no catalogue agrees on, and the catalogue words for the same.
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
    """What a search request asks for.

    `products` are the first of those that pass every test: the cheapest, or those that `ranking` puts first; `count`
    says how many there are in all. `is_exact` when the tests cover all that was asked: "phones under 200 dollars", but
    not "phones with big keys". `is_request` when it asks to be shown products, rather than only naming a kind of
    product. `ranking` is the property that ranks them, and `is_ordered` says that all are wanted in its order, not only
    the first.
    """

    products: tuple[Document, ...]
    count: int
    is_exact: bool
    is_request: bool
    ranking: Asked | None
    is_ordered: bool
    goods: Goods
    tests: FactTests
    kinds: Kinds | None = None
    nearest: Document | None = None
    """Where nothing is within the price, the thing of that kind whose price comes nearest."""

    def among(self, product_ids: Sequence[str]) -> list[Document]:
        """Those of the products called so that pass every test, in that order."""
        return [product for product in self.goods.among(product_ids) if self.tests.let_through(product)]


class ProductSelector:
    """Reads search requests and finds their products in the catalogue; thread-safe and without state."""

    def __init__(
        self,
        catalogue: Catalogue,
        names: NameIndex,
        products_with: Callable[[Collection[str], int], list[str]] = lambda words, limit: [],
    ) -> None:
        """`products_with` finds the ids of the products that have all of some words, for wishes of no known kind; it
        gives up on words that stand in too many passages.
        """
        self._catalogue = catalogue
        self._names = names
        self._products_with = products_with

    def read(self, text: str, asked: Sequence[Asked], said_before: Filter | None = None) -> ProductSearch | None:
        """The search that `text` asks for; None when it names neither a kind of product nor a brand, nor a price.

        What it leaves open is taken from `said_before`; its category only where the text goes on with a search.
        """
        before = said_before or Filter()
        tokens = tokens_of(text)
        normal = " ".join(tokens)
        said, kinds = self._kinds(tokens)
        more = wishes_of(tokens, lambda token: self._is_wish(token, said[:1]))
        brands = [each for each in self._names.brands_of(tokens) if more.used.isdisjoint(each[0])][:1]
        limits = limits_of(normal)
        only = _filter_of(normal, limits, brands[0][1] if brands else None)
        in_units = tuple(limit for limit in limits if limit.unit)
        ranking = next((each for each in asked if each.ranking and f"{each.trigger} than" not in normal), None)
        plain = {*more.used, *MONEY, *said[:1], *(brands[0][0] if brands else ()), *_PLAIN_WORDS, *_units(in_units)}
        plain |= set(ranking.trigger.split()) if ranking else set()
        numbers = _numbers(only, in_units)
        wishes = _groups(
            tokens, lambda token: token not in plain | _NO_WISHES and (token.isalpha() or token not in numbers)
        )
        goes_on = brands or ranking or limits or only.in_stock
        if kinds is None and goes_on and not wishes and before.category and _POINTS_AT_ONE.isdisjoint(tokens):
            _, kinds = self._kinds(tokens_of(before.category))
        is_request = bool(_REQUEST.search(normal) or limits or ranking)
        ids: list[str] | None = None
        if (
            kinds is None
            and not brands
            and not more.alternatives
            and not self._is_of_anything(normal, only, ranking, wishes)
        ):
            said_of = [word for wish in wishes for word in wish]
            asks = _OF_ANY_KIND.search(normal) or limits or ranking
            ids = self._products_with(said_of, MOST_PASSAGES) if asks else []
            if not ids:
                return None
        goods = Goods(self._catalogue, only.filled_from(replace(before, category=None)), kinds, ids)
        found = found_in(goods, in_units, wishes, ranking, more)
        if ids and not (found.tests.wishes and _are_values(wishes, found.products[0])):
            return None
        return ProductSearch(
            found.products,
            found.count,
            is_exact=not wishes or bool(found.tests.wishes),
            is_request=is_request,
            ranking=ranking,
            is_ordered=ranking is not None and _names_both_ends(normal, ranking.concept),
            goods=goods,
            tests=found.tests,
            kinds=kinds,
            nearest=None if found.products or wishes else self._nearest(only, kinds),
        )

    def like(self, product: Document) -> ProductSearch | None:
        """The search for all that is of the category of `product`; None when it has none."""
        if not product.category:
            return None
        kinds = Kinds((product.category,), ())
        goods = Goods(self._catalogue, Filter(PRODUCT), kinds)
        found = found_in(goods, (), (), None)
        return ProductSearch(
            found.products, found.count, is_exact=True, is_request=True, ranking=None, is_ordered=False, goods=goods,
            tests=found.tests, kinds=kinds,
        )  # fmt: skip

    def _nearest(self, only: Filter, kinds: Kinds | None) -> Document | None:
        """The cheapest of some kinds where less is offered for it, the most expensive where more is."""
        if kinds is None or (only.min_price is None) == (only.max_price is None):
            return None
        goods = Goods(self._catalogue, replace(only, min_price=None, max_price=None), kinds)
        return next(iter(goods.first(1, most_expensive=only.min_price is not None)), None)

    def _is_of_anything(self, text: str, only: Filter, ranking: Asked | None, wishes: Sequence[Words]) -> bool:
        """Whether all products are looked through: within a price, or for the first in some order."""
        return not wishes and (
            _sets_price(text, only) or (ranking is not None and not _ANYTHING.isdisjoint(text.split()))
        )

    def _is_wish(self, token: str, said: Sequence[str]) -> bool:
        """Whether a word may be one of two alternatives."""
        return token not in STOP_WORDS and token not in _PLAIN_WORDS and token not in said

    def _kinds(self, tokens: Sequence[str]) -> tuple[list[str], Kinds | None]:
        """The words that name kinds of products, and what they name; None when there are none."""
        said: list[str] = []
        categories: list[str] = []
        endings: list[str] = []
        for token in dict.fromkeys(tokens):
            if token in STOP_WORDS or not token.isalpha():
                continue
            names = (stem(token), *_OTHER_WORDS.get(stem(token), ()))
            of_titles, of_categories = self._names.endings_of(names), self._names.categories_of(names)
            if of_titles or of_categories:
                said.append(token)
                endings += of_titles
                categories += [each for each in of_categories if not self._is_parted(each, of_titles)]
        return said, Kinds(tuple(categories), tuple(endings)) if said else None

    def _is_parted(self, category: str, endings: Sequence[str]) -> bool:
        """Whether titles say which products are meant: "Tablets and Readers" are not all tablets."""
        return bool(endings) and _is_of_several(category) and self._names.is_said_by_titles(category, endings)


def _groups(tokens: Sequence[str], is_wish: Callable[[str], bool]) -> list[Words]:
    """The wishes in `tokens`: words that one fact has to state together end at an `and` or a preposition."""
    groups: list[list[str]] = [[]]
    for token in tokens:
        if token in _BETWEEN_WISHES:
            groups.append([])
        elif is_wish(token):
            groups[-1].append(token)
    return [tuple(group) for group in groups if group]


def _are_values(wishes: Sequence[Words], product: Document) -> bool:
    """Whether each wish has a word of a value, and is not only the name of a property."""
    values = {stem(word) for fact in product.facts for word in words(fact.text)}
    return all(any(stem(word) in values for word in wish) for wish in wishes)


def _filter_of(text: str, limits: Sequence[Limit], brand: str | None) -> Filter:
    """What `text` tests, as far as the catalogue's columns tell."""
    price = next((limit for limit in limits if not limit.unit), Limit(-inf, inf))
    return Filter(
        PRODUCT,
        brand=brand,
        min_price=price.low if isfinite(price.low) else None,
        max_price=price.high if isfinite(price.high) else None,
        in_stock=True if _STOCKED.search(text) else None,
    )


def _sets_price(text: str, only: Filter) -> bool:
    """Whether `text` asks for anything within a price, and says that it is money."""
    has_price = only.min_price is not None or only.max_price is not None
    return has_price and not MONEY.isdisjoint(stem(word) for word in text.split())


def _units(limits: Sequence[Limit]) -> set[str]:
    return {form for limit in limits for form in (limit.unit, limit.unit + "s", limit.unit + "es")}


def _numbers(only: Filter, limits: Sequence[Limit]) -> set[str]:
    amounts = (only.min_price, only.max_price, *(end for limit in limits for end in (limit.low, limit.high)))
    return {f"{amount:g}" for amount in amounts if amount is not None}


def _is_of_several(category: str) -> bool:
    return re.search(r"\band\b|&|,|/", category.split(" > ")[-1]) is not None


def _names_both_ends(text: str, concept: Concept) -> bool:
    return all(pattern is not None and pattern.search(text) for pattern in (concept.more, concept.less))
