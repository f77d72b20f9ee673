"""Understands a search for products: what kind, which brand, within which limits, and in which order."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from retrieval.conditions import Condition, Conditions, Kinds
from retrieval.document import PRODUCT, Document
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import Asked, Concept
from retrieval.language.wording import stem, word_set, words
from retrieval.questions.wishes import Words
from retrieval.selection.closest import closest_in
from retrieval.selection.goods import Goods
from retrieval.selection.kinds import together
from retrieval.selection.picking import FactTests, Found, found_in
from retrieval.selection.request_reading import Request, RequestReader

_MARKS_WISH = word_set("with has have having serving offering")
MOST_PASSAGES = 2000  # of a word that is looked up in all products


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
    nearest: Document | None = None
    """Where nothing is within the price, the thing of that kind whose price comes nearest."""
    conditions: Conditions = Conditions()
    failed: tuple[Condition, ...] = ()
    """Where nothing passes all tests, those which `products` fail: the closest that there are."""
    unchecked: tuple[Words, ...] = ()
    """What is wished for in addition, and no record tells."""
    now: Conditions = Conditions()
    """What the text itself sets, of all `conditions`."""
    places: frozenset[int] = frozenset()
    """The places of the tokens that were read as kinds or conditions."""
    goes_on: bool = False
    """Whether something holds on that was set before."""
    has_facilities_alone: bool = False
    """Whether the text only names what something has, and so may be about one thing that is spoken of."""

    @property
    def narrows(self) -> bool:
        """Whether the text sets a kind, or conditions that are hardly asked of what was found before."""
        return bool(self.now.kinds or (self.now.tests and not self.has_facilities_alone))

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
        self._products_with = products_with
        self._requests = RequestReader(catalogue, names)

    def read(
        self,
        text: str,
        asked: Sequence[Asked],
        said_before: Filter | None = None,
        going_on: Conditions | None = None,
    ) -> ProductSearch | None:
        """The search that `text` asks for; None when it asks for none.

        What it leaves open is taken from `said_before`; its category only where the text goes on with a search. The
        conditions `going_on` hold, too, as far as the text does not replace them.
        """
        before = said_before or Filter()
        request = self._requests.read(text, asked, before.category, goes_on=bool(going_on))
        now = request.conditions
        ids: list[str] | None = None
        if not (now.kinds or now.only.brand or request.is_of_any):
            said = [word for wish in request.wishes for word in wish]
            ids = self._products_with(said, MOST_PASSAGES) if request.asks_for_any else []
            if not ids:
                return None
        whole = self._going_on(going_on, now, request.kept) if going_on else now
        goes_on = going_on is not None and (whole != now or now.kinds == going_on.kinds)
        search = self._search(request, whole, replace(before, category=None), ids)
        return replace(search, now=now, places=request.places, goes_on=goes_on) if search else None

    def conditions_of(self, turns: Sequence[str]) -> Conditions | None:
        """What some turns of a search set together, the oldest first; None where they set nothing."""
        whole = Conditions()
        for turn in turns:
            request = self._requests.read(" ".join(tokens_of(turn)), ())
            whole = self._going_on(whole, request.conditions, request.kept)
        return whole or None

    def like(self, product: Document) -> ProductSearch | None:
        """The search for all that is of the category of `product`; None when it has none."""
        if not product.category:
            return None
        conditions = Conditions((Kinds((product.category,), ()),))
        goods = Goods(self._catalogue, Filter(PRODUCT), conditions.kinds)
        found = found_in(goods, (), (), None)
        return ProductSearch(
            found.products, found.count, is_exact=True, is_request=True, ranking=None, is_ordered=False, goods=goods,
            tests=found.tests, conditions=conditions,
        )  # fmt: skip

    def _search(
        self, request: Request, whole: Conditions, before: Filter, ids: Sequence[str] | None
    ) -> ProductSearch | None:
        wishes, unchecked = self._checkable(request) if whole.tests and request.is_request else (request.wishes, ())
        only = replace(whole.only, kind=PRODUCT).filled_from(before)
        kinds = together(self._catalogue, whole.kinds)

        def goods_of(tests: Sequence[Condition]) -> Goods:
            return Goods(self._catalogue, only, kinds, ids, tests)

        def picked_from(goods: Goods) -> Found:
            return found_in(goods, request.in_units, wishes, request.ranking, request.more)

        failed: tuple[Condition, ...] = ()
        goods = goods_of(whole.tests)
        picked = picked_from(goods)
        if not picked.products and (closest := closest_in(goods_of, whole.tests, has_kind=bool(kinds))):
            goods, failed = closest.goods, closest.failed
            picked = picked_from(goods)
        if ids and not (picked.tests.wishes and _are_values(wishes, picked.products[0])):
            return None
        ranking = request.ranking
        return ProductSearch(
            picked.products,
            picked.count,
            is_exact=not wishes or bool(picked.tests.wishes) or (bool(whole.tests) and request.is_request),
            is_request=request.is_request,
            ranking=ranking,
            is_ordered=ranking is not None and _names_both_ends(request.text, ranking.concept),
            goods=goods,
            tests=picked.tests,
            nearest=None if picked.products or wishes else self._nearest(only, kinds),
            conditions=whole,
            failed=failed,
            unchecked=unchecked,
            has_facilities_alone=request.has_facilities_alone,
        )

    def _going_on(self, before: Conditions, now: Conditions, kept: Sequence[str]) -> Conditions:
        """What is set now after `before`, but nothing of that where its kind of thing has no such property."""
        labels = tuple({label for test in now.tests for label in test.labels})
        goes_on = not labels or not before.kinds or bool(now.kinds)
        if goes_on or Goods(self._catalogue, Filter(PRODUCT), before.kinds, None, [Condition(labels)]).count():
            return before.followed_by(now, kept)
        return before.on_labels(kept).merged(now)

    def _checkable(self, request: Request) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
        """Of what is wished in addition to hard conditions, what records may tell, and what they surely do not."""
        left = request.left
        told = tuple(wish for wish in request.wishes if self._products_with(wish, MOST_PASSAGES))
        marked = {left[at + 1] for at, token in enumerate(left[:-1]) if token in _MARKS_WISH}
        return told, tuple(wish for wish in request.wishes if wish not in told and wish[0] in marked)

    def _nearest(self, only: Filter, kinds: Sequence[Kinds]) -> Document | None:
        """The cheapest of some kinds where less is offered for it, the most expensive where more is."""
        if not kinds or (only.min_price is None) == (only.max_price is None):
            return None
        goods = Goods(self._catalogue, replace(only, min_price=None, max_price=None), kinds)
        return next(iter(goods.first(1, most_expensive=only.min_price is not None)), None)


def _are_values(wishes: Sequence[Words], product: Document) -> bool:
    """Whether each wish has a word of a value, and is not only the name of a property."""
    values = {stem(word) for fact in product.facts for word in words(fact.text)}
    return all(any(stem(word) in values for word in wish) for wish in wishes)


def _names_both_ends(text: str, concept: Concept) -> bool:
    return all(pattern is not None and pattern.search(text) for pattern in (concept.more, concept.less))
