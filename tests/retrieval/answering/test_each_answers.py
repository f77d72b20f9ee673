"""What reviews and entries say of each of several things, over a tiny catalogue of inns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.answering.answerer import Answerer
from retrieval.index.index_folder import build_index
from retrieval.question import Answer, Question
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.conftest import write_lines
from tests.retrieval.toy_embedder import WordHashEmbedder

OAK, ELM = "product:oak", "product:elm"
FAQ = """\
- id: oak-0
  question: Do they store luggage of guests?
  answer: Yes, suitcases stay in the cellar.
  product_id: oak
- id: elm-0
  question: Do they store luggage of guests?
  answer: No, there is no room for it.
  product_id: elm
"""


@pytest.fixture
def inns(tmp_path: Path, embedder: WordHashEmbedder) -> Iterator[Answerer]:
    products: list[dict[str, object]] = [
        {"id": "oak", "name": "Oak Lodge", "category": "Inns", "description": "By a lake.", "specs": {"beds": "12"}},
        {"id": "elm", "name": "Elm Tavern", "category": "Inns", "description": "On a hill.", "specs": {"beds": "30"}},
    ]
    reviews: list[dict[str, object]] = [
        {"id": "r1", "product_id": "oak", "rating": 5, "title": "", "text": "The evening porridge was lovely."},
        {"id": "r2", "product_id": "elm", "rating": 1, "title": "", "text": "The evening porridge was awful."},
        {"id": "r3", "product_id": "elm", "rating": 3, "title": "", "text": "It took an hour to park."},
    ]
    write_lines(tmp_path / "products.jsonl", products)
    write_lines(tmp_path / "reviews.jsonl", reviews)
    (tmp_path / "faq.yml").write_text(FAQ, encoding="utf-8")
    build_index(read_corpus(tmp_path), embedder, tmp_path / "index")
    with HybridRetriever.open(tmp_path / "index", embedder) as opened:
        yield Answerer(opened)


def ask(answerer: Answerer, text: str, *, is_among: bool = False) -> Answer:
    answer = answerer.answer(Question(text, among=(OAK, ELM), is_among=is_among))
    assert answer is not None
    return answer


@pytest.mark.parametrize("is_among", [True, False])
def test_reviews_judge_each_of_the_things_listed(inns: Answerer, is_among: bool) -> None:
    said = ask(inns, "is the evening porridge good", is_among=is_among)
    assert said.source_ids == ("review:r1", "review:r2")
    assert "Oak Lodge" in said.text
    assert "Elm Tavern" in said.text
    assert said.product_id is None


def test_which_of_them_is_that_with_most_praise(inns: Answerer) -> None:
    said = ask(inns, "which has good evening porridge", is_among=True)
    assert said.text.startswith("By what reviews say, that is the Oak Lodge.")
    assert said.product_id == OAK


def test_of_whom_no_review_speaks_that_is_told(inns: Answerer) -> None:
    said = ask(inns, "is it hard to park, does it take an hour", is_among=True)
    assert said.source_ids == ("review:r3",)
    assert "No review of the Oak Lodge says anything about that." in said.text


def test_two_that_are_named_are_judged_by_their_reviews(inns: Answerer) -> None:
    said = inns.answer(Question("is the evening porridge good at the Oak Lodge and at the Elm Tavern"))
    assert said
    assert set(said.source_ids) == {"review:r1", "review:r2"}


def test_each_one_s_own_entry_answers_under_its_name(inns: Answerer) -> None:
    said = ask(inns, "do they store luggage of guests", is_among=True)
    assert said.source_ids == ("faq:oak-0", "faq:elm-0")
    assert said.text.startswith("Oak Lodge: Yes, suitcases stay in the cellar. Elm Tavern: No,")


def test_what_looks_for_others_is_not_about_the_list(inns: Answerer) -> None:
    said = inns.answer(Question("is there an inn with good evening porridge", among=(OAK, ELM)))
    assert said is None or not {"review:r1", "review:r2"} & set(said.source_ids)
