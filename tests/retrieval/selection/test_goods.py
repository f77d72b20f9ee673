"""The products that a search leaves, counted and sorted by the database."""

import pytest

from retrieval.conditions import Kinds
from retrieval.filtering import Filter
from retrieval.search.retriever import HybridRetriever
from retrieval.selection.goods import Goods

ALL = Filter(kind="product")
BY_PRICE = ["pulse-buds-2", "pulse-buds-pro", "robin-vacuum", "falcon-book-14", "falcon-book-16"]


def names(goods: Goods, limit: int = 10, *, most_expensive: bool = False) -> list[str]:
    return [product.id.removeprefix("product:") for product in goods.first(limit, most_expensive=most_expensive)]


def test_the_cheapest_or_the_most_expensive_come_first(retriever: HybridRetriever) -> None:
    goods = Goods(retriever.catalogue, ALL)
    assert names(goods) == BY_PRICE
    assert names(goods, 2) == BY_PRICE[:2]
    assert names(goods, most_expensive=True) == BY_PRICE[::-1]
    assert names(goods, 0) == []
    assert goods.count() == 5


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (Kinds(("Audio",), ()), {"pulse-buds-2", "pulse-buds-pro"}),
        (Kinds(("audio > earbuds",), ()), {"pulse-buds-2", "pulse-buds-pro"}),
        (Kinds((), ("vacuum",)), {"robin-vacuum"}),
        (Kinds((), ("pulse",)), set()),
        (Kinds(("Laptops",), ("pro",)), {"falcon-book-14", "falcon-book-16", "pulse-buds-pro"}),
        (Kinds(("Aud",), ("book",)), set()),
        (Kinds((), ()), set()),
    ],
)
def test_a_kind_is_a_category_with_all_below_it_or_the_end_of_a_title(
    retriever: HybridRetriever, kinds: Kinds, expected: set[str]
) -> None:
    goods = Goods(retriever.catalogue, ALL, kinds)
    assert set(names(goods)) == expected
    assert goods.count() == len(expected)


def test_kind_and_filter_must_both_pass(retriever: HybridRetriever) -> None:
    kinds = Kinds(("Laptops",), ("pro",))
    assert names(Goods(retriever.catalogue, Filter("product", max_price=1300), kinds)) == [
        "pulse-buds-pro",
        "falcon-book-14",
    ]


def test_of_given_products_those_that_pass_stay_in_their_order(retriever: HybridRetriever) -> None:
    goods = Goods(retriever.catalogue, Filter("product", brand="Oak"))
    asked = ["product:falcon-book-16", "product:gone", "product:robin-vacuum", "product:falcon-book-14"]
    assert [product.title for product in goods.among(asked)] == ["Falcon Book 16", "Falcon Book 14"]
    assert goods.among([]) == []


def test_facts_come_without_title_and_text(retriever: HybridRetriever) -> None:
    found = {product.id: product for product in Goods(retriever.catalogue, ALL).with_facts_alone()}
    assert sorted(found) == sorted(f"product:{name}" for name in BY_PRICE)
    whole = retriever.catalogue.document("product:falcon-book-14")
    assert whole
    alone = found["product:falcon-book-14"]
    assert alone.facts == whole.facts
    assert (alone.title, alone.text, alone.brand) == ("", "", whole.brand)


def test_only_the_products_that_are_listed_count(retriever: HybridRetriever) -> None:
    goods = Goods(retriever.catalogue, ALL, ids=["product:pulse-buds-2", "product:no-such"])
    assert names(goods) == ["pulse-buds-2"]
    assert Goods(retriever.catalogue, ALL, ids=[]).count() == 0
