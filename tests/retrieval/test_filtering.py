"""Filters: what passes, in SQL as in the search."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.document import Document, Fact
from retrieval.filtering import Filter, in_stock
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

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
    where, parameters = chosen.as_sql()
    rows = retriever.catalogue.rows(f"SELECT d.id FROM documents d WHERE {where}", parameters)
    assert {document_id for (document_id,) in rows} == {f"product:{name}" for name in expected}


def test_many_keys_pass_what_few_keys_do(
    index_dir: Path, embedder: WordHashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = []
    for few_keys in (2, 0):
        monkeypatch.setattr("retrieval.index.catalogue.FEW_KEYS", few_keys)
        with HybridRetriever.open(index_dir, embedder) as opened:  # opened anew, since a catalogue remembers its masks
            masks.append([opened.catalogue.select(chosen).mask.tolist() for chosen, _ in CASES])
    assert masks[0] == masks[1]


def test_a_filter_comes_before_the_ranking(retriever: HybridRetriever) -> None:
    (best,) = retriever.search("wireless earbuds with a warm sound", limit=1, only=Filter(brand="Harbor"))
    assert best.document_id == "product:robin-vacuum"


def test_kind_and_filter_are_joined(retriever: HybridRetriever) -> None:
    assert retriever.search("return", kind="faq", only=Filter(brand="Lark")) == []


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
