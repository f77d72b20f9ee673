"""Picking products by what only their facts tell."""

from math import inf
from pathlib import Path

import pytest

from retrieval.document import Document, Fact
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut
from retrieval.language.concepts import Asked, Concept
from retrieval.properties.limits import Limit
from retrieval.search.retriever import HybridRetriever
from retrieval.selection.goods import Goods
from retrieval.selection.picking import FactTests, amount_of, found_in, ranked

PRICE, WEIGHT = Concept("price", ("price",)), Concept("weight", ("weight",))
CHEAPEST, HEAVIEST, LIGHTEST = Asked(PRICE, 0.7, -1), Asked(WEIGHT, 0.7, 1), Asked(WEIGHT, 0.7, -1)
LIGHT = Limit(-inf, 10, "gram")


def product(name: str, weight: str = "", price: float | None = None, **specs: str) -> Document:
    facts = [Fact("price", "price", f"${price}", price)] if price is not None else []
    facts += [Fact("weight", "weight", weight)] if weight else []
    facts += [Fact(label, label, text) for label, text in specs.items()]
    return Document(f"product:{name}", "product", name, "", facts=tuple(facts))


@pytest.mark.parametrize(
    ("wishes", "granted"),
    [
        ((), True),
        (("red",), True),
        (("red", "shirts"), True),
        (("green", "red"), False),
        (("cotton", "red"), False),
        (("2", "pockets"), True),
        (("lining",), False),
        (("colour", "red", "shirt"), True),
        (("eclair",), True),
    ],
)
def test_one_fact_must_grant_all_wishes(wishes: tuple[str, ...], granted: bool) -> None:
    shirt = product("Shirt", colour="red shirt", cloth="cotton", cut="two pockets", lining="none", trim="éclair lace")
    assert FactTests((), (wishes,)).let_through(shirt) is granted


def test_each_wish_may_be_granted_by_another_fact() -> None:
    house = product("House", pets="dogs welcome", parking="free", lift="none")
    assert FactTests((), (("dogs",), ("free", "parking"))).let_through(house)
    assert not FactTests((), (("dogs",), ("free", "lift"))).let_through(house)


def test_every_limit_and_all_wishes_must_hold() -> None:
    tests = FactTests((LIGHT, Limit(4, inf, "gram")), (("red",),))
    assert tests.let_through(product("A", "5 grams", colour="red"))
    assert not tests.let_through(product("B", "5 grams", colour="blue"))
    assert not tests.let_through(product("C", "3 grams", colour="red"))
    assert not tests.let_through(product("D", colour="red"))


def test_a_number_of_its_own_goes_before_the_words_of_a_fact() -> None:
    priced = product("A", "1.5 kilograms", 5)
    assert amount_of(priced, PRICE) == ("price", 5)
    assert amount_of(priced, WEIGHT) == ("gram", 1500)
    assert amount_of(product("B", "unknown"), WEIGHT) is None
    assert amount_of(product("B", "512"), WEIGHT) == ("weight", 512)  # a count says its unit in its label
    assert amount_of(product("B"), WEIGHT) is None


def test_products_are_ranked_across_units() -> None:
    shop = [product("a", "200 grams"), product("b", "1.5 kilograms"), product("c", "unknown"), product("d", "1 gram")]
    assert [found.title for found in ranked(shop, HEAVIEST)] == ["b", "a", "d"]
    assert [found.title for found in ranked(shop, LIGHTEST)] == ["d", "a", "b"]


def test_only_what_is_in_the_most_frequent_unit_compares() -> None:
    shop = [product("a", "2 litres"), product("b", "5 grams"), product("c", "4 grams")]
    assert [found.title for found in ranked(shop, HEAVIEST)] == ["b", "c"]
    assert ranked([product("a", "unknown"), product("b")], HEAVIEST) == []


def test_products_that_are_even_come_in_the_order_of_their_ids() -> None:
    shop = [product("b", price=5), product("a", price=5), product("c", price=4)]
    assert [found.title for found in ranked(shop, CHEAPEST)] == ["c", "a", "b"]


def titles(
    retriever: HybridRetriever, *limits: Limit, wishes: tuple[tuple[str, ...], ...] = (), ranking: Asked | None = None
) -> tuple[list[str], int, tuple[tuple[str, ...], ...]]:
    found = found_in(Goods(retriever.catalogue, Filter("product")), limits, wishes, ranking)
    return [product.title for product in found.products], found.count, found.tests.wishes


def test_without_tests_the_cheapest_or_those_that_rank_first_are_found(retriever: HybridRetriever) -> None:
    cheapest = ["Pulse Buds 2", "Pulse Buds Pro", "Robin Vacuum", "Falcon Book 14", "Falcon Book 16"]
    assert titles(retriever) == titles(retriever, ranking=CHEAPEST) == (cheapest, 5, ())
    assert titles(retriever, ranking=Asked(PRICE, 0.7, 1)) == (cheapest[::-1], 5, ())
    heaviest = ["Falcon Book 16", "Falcon Book 14", "Pulse Buds Pro", "Pulse Buds 2"]
    assert titles(retriever, ranking=HEAVIEST) == (heaviest, 4, ())


def test_limits_are_kept_and_the_cheapest_come_first(retriever: HybridRetriever) -> None:
    assert titles(retriever, LIGHT) == (["Pulse Buds 2", "Pulse Buds Pro"], 2, ())
    assert titles(retriever, LIGHT, ranking=HEAVIEST) == (["Pulse Buds Pro", "Pulse Buds 2"], 2, ())
    assert titles(retriever, Limit(9000, inf, "gram")) == ([], 0, ())


def test_a_wish_is_a_test_only_when_a_product_grants_it(retriever: HybridRetriever) -> None:
    assert titles(retriever, wishes=(("white",),)) == (["Pulse Buds Pro"], 1, (("white",),))
    assert titles(retriever, LIGHT, wishes=(("purple",),)) == (["Pulse Buds 2", "Pulse Buds Pro"], 2, ())


def test_those_without_a_price_come_last(tmp_path: Path) -> None:
    shop = [product("a", "5 grams", 9), product("b", "5 grams"), product("c", "5 grams", 4)]
    with CatalogueWriter(tmp_path) as writer:
        for document in shop:
            writer.add(document, list(cut(document)))
        writer.finish()
    with Catalogue(tmp_path) as catalogue:
        found = found_in(Goods(catalogue, Filter("product")), (LIGHT,), (), None)
    assert [document.title for document in found.products] == ["c", "a", "b"]


@pytest.mark.parametrize("most", [1, 2])
def test_however_few_are_kept_they_are_the_first_of_all(
    retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("retrieval.selection.picking.MAX_FOUND", most)
    lightest = ["Pulse Buds 2", "Pulse Buds Pro", "Falcon Book 14", "Falcon Book 16"]
    assert titles(retriever, ranking=LIGHTEST) == (lightest[:most], 4, ())
