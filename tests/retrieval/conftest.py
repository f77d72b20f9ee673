"""A tiny shop, its index, and an answerer over it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.answering.answerer import Answerer
from retrieval.index.index_folder import build_index
from retrieval.index.name_index import NameIndex
from retrieval.questions.question_reading import QuestionReader
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

PRODUCTS: list[dict[str, object]] = [
    {
        "id": "pulse-buds-2",
        "name": "Pulse Buds 2",
        "brand": "Lark",
        "category": "Audio > Earbuds",
        "price": 79.99,
        "stock": 14,
        "description": "Small wireless earbuds with a warm sound.",
        "specs": {
            "battery life": "8 hours, 30 hours with the case",
            "weight": "5 grams per bud",
            "noise cancelling": "none",
        },
        "aliases": ["pulse buds two", "pulse buds"],
    },
    {
        "id": "pulse-buds-pro",
        "name": "Pulse Buds Pro",
        "brand": "Lark",
        "category": "Audio > Earbuds",
        "price": 149.5,
        "stock": 0,
        "description": "Larger earbuds with strong noise cancelling.",
        "specs": {"battery life": "6 hours", "weight": "6 grams per bud", "colours": "black and white"},
    },
    {
        "id": "falcon-book-14",
        "name": "Falcon Book 14",
        "brand": "Oak",
        "category": "Laptops",
        "price": 1299,
        "stock": 3,
        "description": "A light laptop with a quiet fan.",
        "specs": {"weight": "1.25 kilograms", "ports": "two USB C", "works with": "all screens"},
    },
    {
        "id": "falcon-book-16",
        "name": "Falcon Book 16",
        "brand": "Oak",
        "category": "Laptops",
        "price": 1399,
        "stock": 2,
        "description": "A large laptop with a bright screen.",
        "specs": {"weight": "1,880 grams"},
    },
    {
        "id": "robin-vacuum",
        "name": "Robin Vacuum",
        "brand": "Harbor",
        "category": "Smart Home",
        "price": 379,
        "stock": 8,
        "description": "A robot that maps your rooms and empties itself.",
        "specs": {},
    },
]
CONCEPTS = """\
- name: description
  questions: [tell me about it, what is special about it]
- name: price
  less: [cheaper, cheapest]
  questions: [how much is it, what does it cost, how much are they]
- name: stock
  questions: [is it in stock, is it available, how many are left]
- name: brand
  labels: [brand, manufacturer]
  questions: [who makes it]
- name: weight
  more: [heavier, heaviest]
  less: [lighter, lightest]
  questions: [how heavy is it, how much does it weigh]
- name: battery life
  more: [longer battery life]
  questions: [how long does the battery last]
- name: water resistance
  questions: [is it waterproof]
- name: noise cancelling
  questions: [does it have noise cancelling]
- name: colours
  labels: [colors, colours]
  questions: [which colours does it come in]
- name: ports
  questions: [how many sockets does it have]
- name: works with
  questions: [what does it work with]
"""
FAQ = """\
- id: return-period
  question: How long do I have to return a product?
  alternatives: ["Can I send something back?"]
  answer: You have 30 days. The product may be opened.
- id: opening-hours
  question: When are your stores open?
  alternatives:
    - At what time do you close?
  answer: Our stores are open from 9 to 8.
"""
POLICY = """\
# Shipping

We send everything from one place.

## Standard delivery
Standard delivery takes **three days**. It costs 4 dollars. It is free from 50 dollars.

## Pickup
- Pickup is free, see [the list](https://example.org/list).
"""
REVIEWS: list[dict[str, object]] = [
    {
        "id": "r1",
        "product_id": "pulse-buds-2",
        "rating": 5,
        "title": "Lovely",
        "text": "They sound great. The battery lasts all day.",
    },
    {
        "id": "r2",
        "product_id": "pulse-buds-2",
        "rating": 2,
        "title": "Meh",
        "text": "The case scratches. One bud fell out.",
    },
    {"id": "r3", "product_id": "pulse-buds-2", "rating": 5, "title": "Good", "text": "My favourite buds."},
    {"id": "r4", "product_id": "falcon-book-14", "rating": 1, "title": "No", "text": "The lid broke."},
]


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    """Write `rows` as JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A folder of knowledge files that may be changed."""
    folder = tmp_path / "knowledge"
    (folder / "policies").mkdir(parents=True)
    write_lines(folder / "products.jsonl", PRODUCTS)
    write_lines(folder / "reviews.jsonl", REVIEWS)
    (folder / "concepts.yml").write_text(CONCEPTS, encoding="utf-8")
    (folder / "faq.yml").write_text(FAQ, encoding="utf-8")
    (folder / "policies" / "shipping.md").write_text(POLICY, encoding="utf-8")
    return folder


@pytest.fixture
def embedder() -> WordHashEmbedder:
    return WordHashEmbedder()


@pytest.fixture
def index_dir(knowledge: Path, tmp_path: Path, embedder: WordHashEmbedder) -> Path:
    """The index of the tiny shop."""
    folder = tmp_path / "index"
    build_index(read_corpus(knowledge), embedder, folder)
    return folder


@pytest.fixture
def retriever(index_dir: Path, embedder: WordHashEmbedder) -> Iterator[HybridRetriever]:
    with HybridRetriever.open(index_dir, embedder) as opened:
        yield opened


@pytest.fixture
def answerer(retriever: HybridRetriever) -> Answerer:
    return Answerer(retriever)


@pytest.fixture
def reader(retriever: HybridRetriever) -> QuestionReader:
    """What reads questions about the tiny shop."""
    return QuestionReader(retriever, NameIndex(retriever.catalogue.rows))
