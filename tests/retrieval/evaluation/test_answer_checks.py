"""Measuring answers against expected sources, and the demo shop's own questions."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.evaluation.answer_checks import AnswerReport, Expectation, Outcome, evaluate_answers, is_right
from retrieval.evaluation.question_files import read_expectations
from retrieval.question import Answer, Question

GIVEN = Answer("It weighs 5 grams.", ("product:a#weight",), "product:a", "A", 0.9)
ROOT = Path(__file__).parents[3]


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


def test_what_was_asked_before_is_part_of_the_question(answerer: Answerer) -> None:
    expected = ("product:falcon-book-16#weight",)
    question = Question("and the falcon book 16")
    after = Expectation(question, expected, "1,880", before=("how heavy is the falcon book 14",))
    assert evaluate_answers(answerer, [after]).accuracy == 1
    assert evaluate_answers(answerer, [replace(after, before=())]).accuracy == 0


def test_refusals_are_counted_both_ways() -> None:
    known, unknown = expect(("product:a#weight",), "5 grams"), expect(())
    pairs = [(known, GIVEN), (known, None), (unknown, None), (unknown, GIVEN)]
    report = AnswerReport(tuple(Outcome(*pair, ms) for pair, ms in zip(pairs, (1.0, 2.0, 3.0, 4.0), strict=True)))
    assert (report.answer_accuracy, report.refusal_recall, report.refusal_precision) == (0.5, 0.5, 0.5)
    assert (report.accuracy, report.percentile_ms(50)) == (0.5, 2.5)
    assert AnswerReport(report.outcomes[:1]).refusal_recall is None
    assert AnswerReport(report.outcomes[:1]).refusal_precision is None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """The demo shop with the real encoder."""
    from benchmarks.corpus import read_corpus
    from nlu.encoder.sentence_encoder import MiniLMEncoder
    from retrieval.index.index_folder import build_index
    from retrieval.search.retriever import HybridRetriever

    index_dir, encoder = tmp_path_factory.mktemp("index"), MiniLMEncoder.shared()
    build_index(read_corpus(ROOT / "data" / "knowledge"), encoder, index_dir)
    with HybridRetriever.open(index_dir, encoder) as retriever:
        yield Answerer(retriever)


@pytest.mark.heavy
def test_answers_the_questions_of_the_demo_shop(shop: Answerer) -> None:
    report = evaluate_answers(shop, read_expectations(ROOT / "data" / "knowledge" / "questions.jsonl"))
    assert report.accuracy is not None
    assert report.accuracy >= 0.9, [failure.expectation.question for failure in report.failures]
