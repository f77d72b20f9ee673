"""Documents as rows and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpus import read_corpus
from retrieval.errors import RetrievalError
from retrieval.ingestion.document_building import document_of
from retrieval.ingestion.row_writing import house_fields
from retrieval.ingestion.rows.row import Row
from tests.conftest import ROOT


def test_the_whole_demo_shop_comes_back_as_it_was() -> None:
    documents = [document for document in read_corpus(ROOT / "data" / "knowledge") if document.kind != "concept"]
    assert [document_of(Row(json.loads(json.dumps(house_fields(one))), "x:1")) for one in documents] == documents


words = st.text("abc ", min_size=1, max_size=9).map(str.strip).filter(bool)
optional = {
    "price": st.integers(0, 10**7).map(lambda cents: cents / 100),
    "currency": st.sampled_from(["USD", "EUR", "GBP", "CHF", "INR"]),
    "stock": st.integers(0, 10**6),
    "rating": st.integers(0, 500).map(lambda hundredths: hundredths / 100),
    "rating_count": st.integers(1, 10**6),
    "brand": words,
    "aliases": st.lists(words, max_size=2),
    "specs": st.dictionaries(st.sampled_from(["weight", "Size", "part no."]), words),
}
required = {"id": st.just("a"), "name": words, "description": words}


@given(st.fixed_dictionaries(required, optional=optional))
def test_a_product_comes_back_as_it_was(fields: dict[str, object]) -> None:
    product = document_of(Row(fields, "x:1"), "product")
    assert document_of(Row(house_fields(product), "x:1")) == product


def test_concepts_are_not_written() -> None:
    concept = document_of(Row({"name": "weight", "questions": ["how heavy is it"]}, "x:1"), "concept")
    with pytest.raises(RetrievalError, match="concept:weight"):
        house_fields(concept)


def test_an_faq_entry_of_a_product_comes_back_as_it_was() -> None:
    entry = document_of(Row({"question": "Pets?", "answer": "No.", "product_id": "a"}, "x:1"))
    assert document_of(Row(house_fields(entry), "x:1")) == entry
