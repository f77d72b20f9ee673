"""Reading knowledge files, and what is said about broken ones."""

import json
from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.document import Document
from retrieval.errors import CorpusError
from retrieval.language.money import format_price
from tests.retrieval.conftest import PRODUCTS, write_lines


def by_id(folder: Path) -> dict[str, Document]:
    return {document.id: document for document in read_corpus(folder)}


def test_reads_every_kind_of_document(knowledge: Path) -> None:
    documents = by_id(knowledge)
    assert list(documents)[:2] == ["product:pulse-buds-2", "product:pulse-buds-pro"]
    assert {document.kind for document in documents.values()} == {"product", "concept", "faq", "policy", "review"}
    assert len(documents) == 23


def test_a_product_has_price_stock_and_specs_as_facts(knowledge: Path) -> None:
    buds = by_id(knowledge)["product:pulse-buds-2"]
    assert [fact.slug for fact in buds.facts] == ["price", "stock", "battery-life", "weight", "noise-cancelling"]
    price, stock = buds.fact("price"), buds.fact("stock")
    assert price
    assert (price.text, price.number) == ("$79.99", 79.99)
    assert stock
    assert (stock.text, stock.number) == ("14 in stock", 14)
    assert buds.fact("gps") is None


def test_no_stock_is_out_of_stock(knowledge: Path) -> None:
    stock = by_id(knowledge)["product:pulse-buds-pro"].fact("stock")
    assert stock
    assert stock.text == "out of stock"


def test_a_policy_is_cut_at_its_sections_and_loses_its_markup(knowledge: Path) -> None:
    policy = by_id(knowledge)["policy:shipping"]
    assert (policy.title, policy.text) == ("Shipping", "We send everything from one place.")
    assert [(fact.slug, fact.text) for fact in policy.facts] == [
        ("standard-delivery", "Standard delivery takes three days. It costs 4 dollars. It is free from 50 dollars."),
        ("pickup", "Pickup is free, see the list."),
    ]


def test_a_review_knows_its_product_and_rating(knowledge: Path) -> None:
    review = by_id(knowledge)["review:r2"]
    assert (review.about, review.rating) == ("product:pulse-buds-2", 2)


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [(79.99, "USD", "$79.99"), (1299.0, "USD", "$1,299"), (0.5, "EUR", "€0.50"), (20.0, "CHF", "20 CHF")],
)
def test_prices_are_written_as_they_are_spoken(amount: float, currency: str, written: str) -> None:
    assert format_price(amount, currency) == written


def test_a_broken_json_line_is_named_by_file_and_line(knowledge: Path) -> None:
    path = knowledge / "products.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + "\n{'id': broken}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"products\.jsonl:{len(PRODUCTS) + 2}: not JSON"):
        list(read_corpus(knowledge))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "name is missing"),
        ({"name": "  "}, "name is ''"),
        ({"id": "a#b"}, "id is 'a#b'"),
        ({"price": "cheap"}, "price is 'cheap'"),
        ({"price": -1}, "price is -1"),
        ({"price": True}, "price is True"),
        ({"price": float("nan")}, "price is nan"),
        ({"specs": ["light"]}, "specs is"),
        ({"specs": {"weight": None}}, "'weight' in specs is None"),
        ({"specs": {"Weight": "1 gram", "weight": "2 grams"}}, "no name of its own"),
        ({"specs": {"price": "high"}}, "no name of its own"),
        ({"aliases": "buds"}, "aliases is 'buds'"),
        ({"id": "pulse-buds-2"}, "used twice"),
    ],
)
def test_a_bad_product_field_is_named_with_its_line(knowledge: Path, change: dict[str, object], message: str) -> None:
    product = {"id": "new", "name": "New", "description": "A thing.", **change}
    write_lines(knowledge / "products.jsonl", [*PRODUCTS, product])
    with pytest.raises(CorpusError, match=rf"products\.jsonl:{len(PRODUCTS) + 1}: .*{message}"):
        list(read_corpus(knowledge))


def test_a_line_that_is_no_object_is_refused(knowledge: Path) -> None:
    (knowledge / "reviews.jsonl").write_text(json.dumps(["r1"]), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"reviews\.jsonl:1: not a mapping"):
        list(read_corpus(knowledge))


@pytest.mark.parametrize("rating", [0, 6, None])
def test_a_rating_must_be_one_to_five(knowledge: Path, rating: float | None) -> None:
    row: dict[str, object] = {"id": "r9", "product_id": "robin-vacuum", "rating": rating, "text": "Fine."}
    write_lines(knowledge / "reviews.jsonl", [row])
    with pytest.raises(CorpusError, match=r"reviews\.jsonl:1: rating is"):
        list(read_corpus(knowledge))


def test_a_review_of_an_unknown_product_is_refused(knowledge: Path) -> None:
    write_lines(knowledge / "reviews.jsonl", [{"id": "r9", "product_id": "gone", "rating": 3, "text": "Fine."}])
    with pytest.raises(CorpusError, match=r"reviews\.jsonl:1: .*product:gone"):
        list(read_corpus(knowledge))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- questions: [what]\n", r"concepts\.yml:1: name is missing"),
        ("- name: price\n", r"concepts\.yml:1: the concept 'price' needs"),
        ("- {name: '?!', questions: [what]}\n", r"concepts\.yml:1: the concept '\?!' needs"),
        ("- {name: a, questions: [what], label: a}\n", r"concepts\.yml:1: unknown field 'label'"),
        ("- {name: a, questions: [b]}\n- {name: A, questions: [c]}\n", r"concepts\.yml:2: the id concept:a is used"),
    ],
)
def test_a_broken_concept_is_named_with_its_line(knowledge: Path, text: str, message: str) -> None:
    (knowledge / "concepts.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        list(read_corpus(knowledge))


def test_a_concept_keeps_its_labels_and_ranking_words(knowledge: Path) -> None:
    weight = by_id(knowledge)["concept:weight"]
    assert weight.aliases == ("how heavy is it", "how much does it weigh")
    assert [(fact.label, fact.text) for fact in weight.facts] == [
        ("more", "heavier"),
        ("more", "heaviest"),
        ("less", "lighter"),
        ("less", "lightest"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: x", r"faq\.yml:1: not a list"),
        ("- id: a\n  question: Q?\n  answer: A.\n- id: b\n  question: Q?\n", r"faq\.yml:4: answer is missing"),
        ("- id: a\n  question: [\n", r"faq\.yml:3: not YAML"),
        ("- 7\n", r"faq\.yml:1: not a mapping"),
    ],
)
def test_a_broken_faq_is_named_with_its_line(knowledge: Path, text: str, message: str) -> None:
    (knowledge / "faq.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        list(read_corpus(knowledge))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## Only a section\nText.", ":1: no title"),
        ("# One\nText.\n# Two\n", ":3: a second title"),
        ("# One\n## A b\nx\n## a-b\ny\n", ":4: the section 'a-b'"),
        ("# One\n", ":1: nothing under the title"),
    ],
)
def test_a_broken_policy_is_named_with_its_line(knowledge: Path, text: str, message: str) -> None:
    (knowledge / "policies" / "shipping.md").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        list(read_corpus(knowledge))


def test_bytes_that_are_not_utf8_are_taken_for_windows_text(knowledge: Path) -> None:
    (knowledge / "policies" / "shipping.md").write_bytes(b"# Shipping\n\nCaf\xe9 and caf\xc3\xa9\n")
    assert by_id(knowledge)["policy:shipping"].text == "Café and café"


def test_an_empty_folder_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no documents"):
        list(read_corpus(tmp_path))
    with pytest.raises(CorpusError, match="no such folder"):
        list(read_corpus(tmp_path / "nowhere"))
