"""Measuring answers against expected sources, and the demo shop's own questions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answer import Answer, Answerer, Question
from retrieval.errors import CorpusError
from retrieval.evaluation import Expectation, evaluate_answers, is_right
from retrieval.expectations import read_expectations

GIVEN = Answer("It weighs 5 grams.", ("product:a#weight",), "product:a", "A", 0.9)
ROOT = Path(__file__).parents[2]


NOTHING = Answer("We have nothing like that.", (), None, None, 1.0)


def expect(ids: tuple[str, ...], text: str = "", kind: str = "") -> Expectation:
    return Expectation(Question("how heavy"), ids, text, kind)


@pytest.mark.parametrize(
    ("expectation", "answer", "right"),
    [
        (expect(("product:a#weight",), "5 GRAMS"), GIVEN, True),
        (expect(("product:b", "product:a#weight")), GIVEN, True),
        (expect(("product:b",)), GIVEN, False),
        (expect(("product:a#weight",), "6 grams"), GIVEN, False),
        (expect(("product:a#weight",)), None, False),
        (expect(()), None, True),
        (expect(()), GIVEN, False),
        (expect(()), NOTHING, True),
        (expect(("product:a#weight",)), NOTHING, False),
        (expect(("product:a#weight", "product:b"), kind="list"), replace(GIVEN, source_ids=("product:c",)), False),
        (expect(("product:a#weight", "product:b"), kind="list"), GIVEN, True),
        (expect(("product:a#weight",)), replace(GIVEN, source_ids=("product:a#weight", "product:c")), True),
        (
            expect(("product:a#weight",), kind="list"),
            replace(GIVEN, source_ids=("product:a#weight", "product:c")),
            False,
        ),
    ],
)
def test_right_means_cited_and_said(expectation: Expectation, answer: Answer | None, right: bool) -> None:
    assert is_right(expectation, answer) is right


def test_reports_accuracy_and_failures(answerer: Answerer) -> None:
    good = Expectation(Question("how much are the pulse buds 2"), ("product:pulse-buds-2#price",), "79.99")
    bad = Expectation(Question("how much are the pulse buds 2"), ("faq:opening-hours",), "")
    report = evaluate_answers(answerer, [good, bad, good, good])
    assert (report.questions, report.accuracy) == (4, 0.75)
    assert [failure.expectation for failure in report.failures] == [bad]
    assert report.percentile_ms(50) > 0


def test_reads_expectations(tmp_path: Path) -> None:
    row = {
        "kind": "follow-up",
        "question": "and it?",
        "expected_ids": ["a"],
        "expected_text": "x",
        "product_id": "buds",
    }
    other: dict[str, object] = {"question": "hello", "expected_ids": [], "expected_text": "", "product_id": None}
    (tmp_path / "q.jsonl").write_text(f"{json.dumps(row)}\n\n{json.dumps(other)}\n", encoding="utf-8")
    assert read_expectations(tmp_path / "q.jsonl") == [
        Expectation(Question("and it?", "buds"), ("a",), "x", "follow-up"),
        Expectation(Question("hello"), (), ""),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"question": "a", "expected_ids": []}\nnonsense\n', r"q\.jsonl:2: not JSON"),
        ('{"expected_ids": []}', r"q\.jsonl:1: question is missing"),
        ('{"question": "a", "expected": []}', r"q\.jsonl:1: unknown field 'expected'"),
        ("\n", r"q\.jsonl:1: no questions"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "q.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_expectations(tmp_path / "q.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        read_expectations(tmp_path / "none.jsonl")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """The demo shop with the real encoder."""
    from nlu.encoder import MiniLMEncoder
    from retrieval.corpus import read_corpus
    from retrieval.index import build_index
    from retrieval.retriever import HybridRetriever

    index_dir, encoder = tmp_path_factory.mktemp("index"), MiniLMEncoder.shared()
    build_index(read_corpus(ROOT / "data" / "knowledge"), encoder, index_dir)
    with HybridRetriever.open(index_dir, encoder) as retriever:
        yield Answerer(retriever)


@pytest.mark.heavy
def test_answers_the_questions_of_the_demo_shop(shop: Answerer) -> None:
    report = evaluate_answers(shop, read_expectations(ROOT / "data" / "knowledge" / "questions.jsonl"))
    assert report.accuracy >= 0.9, [failure.expectation.question for failure in report.failures]
