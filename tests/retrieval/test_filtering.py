"""Filters: what passes, in SQL as in the search."""

from dataclasses import replace

import pytest

from retrieval.answering.goods import Goods
from retrieval.document import Document, Fact
from retrieval.filtering import Filter, in_stock
from retrieval.search.retriever import HybridRetriever

CASES = [
    (Filter(brand="LARK"), {"pulse-buds-2", "pulse-buds-pro"}),
    (Filter(category="audio"), {"pulse-buds-2", "pulse-buds-pro"}),
    (Filter(category="Audio >  Earbuds"), {"pulse-buds-2", "pulse-buds-pro"}),
    (Filter(category="Aud"), set()),
    (Filter(max_price=79.99), {"pulse-buds-2"}),
    (Filter(min_price=1299, max_price=1399), {"falcon-book-14", "falcon-book-16"}),
    (Filter(in_stock=False), {"pulse-buds-pro"}),
    (Filter(in_stock=True, category="Audio"), {"pulse-buds-2"}),
    (Filter(brand="Lark", min_price=1000), set()),
    (Filter(brand=""), set()),
    (Filter(category=" "), set()),
    (Filter(kind="none such"), set()),
]


@pytest.mark.parametrize(("chosen", "expected"), CASES)
def test_only_what_passes_is_found(retriever: HybridRetriever, chosen: Filter, expected: set[str]) -> None:
    found = retriever.search("earbuds, a laptop, or how to return what I bought", limit=100, only=chosen)
    assert {passage.document_id for passage in found} == {f"product:{name}" for name in expected}
    goods = Goods(retriever.catalogue, chosen)
    assert {product.id for product in goods.first(10)} == {f"product:{n}" for n in expected}
    assert goods.count() == len(expected)


def test_many_keys_pass_what_few_keys_do(retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [retriever.catalogue.select(chosen).mask for chosen, _ in CASES]
    monkeypatch.setattr("retrieval.index.catalogue.FEW_KEYS", 0)
    many = [retriever.catalogue._select(chosen).mask for chosen, _ in CASES]
    assert [mask.tolist() for mask in many] == [mask.tolist() for mask in few]


def test_a_filter_comes_before_the_ranking(retriever: HybridRetriever) -> None:
    (best,) = retriever.search("wireless earbuds with a warm sound", limit=1, only=Filter(brand="Harbor"))
    assert best.document_id == "product:robin-vacuum"


def test_kind_and_filter_are_joined(retriever: HybridRetriever) -> None:
    assert retriever.search("return", kind="faq", only=Filter(brand="Lark")) == []


def test_the_cheapest_or_the_dearest_come_first(retriever: HybridRetriever) -> None:
    goods = Goods(retriever.catalogue, Filter(kind="product"))
    assert [product.title for product in goods.first(2)] == ["Pulse Buds 2", "Pulse Buds Pro"]
    assert [product.title for product in goods.first(2, dearest=True)] == ["Falcon Book 16", "Falcon Book 14"]


def test_what_was_said_before_fills_what_is_left_open() -> None:
    before = Filter(brand="Lark", category="Audio", min_price=50, max_price=90, in_stock=True)
    assert Filter("product").filled_from(before) == replace(before, kind="product")
    now = Filter("product", brand="Oak", max_price=20, in_stock=False)
    assert now.filled_from(before) == replace(now, category="Audio")


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [("3 in stock", 3.0, True), ("out of stock", 0.0, False), ("low in stock", None, True), ("preorder", None, False)],
)
def test_stock_is_a_number_or_what_is_said(text: str, number: float | None, expected: bool) -> None:
    fact = Fact("stock", "stock", text, number)
    assert in_stock(Document("product:a", "product", "A", "", facts=(fact,))) is expected
    assert in_stock(Document("product:a", "product", "A", "")) is None


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        (Filter(about="product:pulse-buds-2"), "documents_about"),
        (Filter("product", brand="Lark"), "documents_brand"),
        (Filter("product", max_price=100), "documents_price"),
    ],
)
def test_documents_are_looked_up_and_not_read_through(retriever: HybridRetriever, chosen: Filter, index: str) -> None:
    where, parameters = chosen.as_sql()
    plan = retriever.catalogue.rows(f"EXPLAIN QUERY PLAN SELECT d.id FROM documents d WHERE {where}", parameters)
    assert any(index in step[-1] for step in plan), plan
