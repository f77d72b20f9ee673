"""Judging the answers to questions that were made from an index."""

from dataclasses import replace

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.document import PRODUCT, Document, Fact
from retrieval.evaluation.self_test import Tally, Verdict, is_right, judge, tallied
from retrieval.evaluation.self_test_questions import LACKING, NAMED, STATED, Asked, QuestionWriter
from retrieval.question import Answer, Question
from retrieval.search.retriever import HybridRetriever

WEIGHT, PARKING = Fact("weight", "weight", "5 grams"), Fact("parking", "parking", "yes")
PRODUCT_A = Document("product:a", PRODUCT, "A", "", facts=(WEIGHT, PARKING))
HEAVY = Asked(Question("how heavy is a"), NAMED, "weight", "weight", PRODUCT_A, (WEIGHT,))
ANSWER = Answer("The A weighs 5 grams.", ("product:a#weight",), "product:a", "A", 0.9)


@pytest.mark.parametrize(
    ("asked", "answer", "right"),
    [
        (HEAVY, ANSWER, True),
        (HEAVY, replace(ANSWER, text="The A weighs 6 grams."), False),
        (HEAVY, replace(ANSWER, source_ids=("product:b#weight",)), False),
        (HEAVY, replace(ANSWER, source_ids=("product:a#weight", "product:b#weight")), False),
        (HEAVY, replace(ANSWER, source_ids=()), False),
        (HEAVY, None, False),
        (replace(HEAVY, facts=(PARKING,)), replace(ANSWER, text="It has."), False),
        (replace(HEAVY, facts=(PARKING,)), replace(ANSWER, text="It has.", source_ids=("product:a#parking",)), True),
        (replace(HEAVY, facts=(), kind=LACKING), ANSWER, False),
        (replace(HEAVY, facts=(), kind=LACKING), replace(ANSWER, source_ids=()), True),
        (replace(HEAVY, facts=(), kind=LACKING), None, True),
    ],
)
def test_right_is_the_value_of_the_record_or_a_refusal(asked: Asked, answer: Answer | None, right: bool) -> None:
    assert is_right(asked, answer) is right


def test_tallies_leave_out_what_has_no_name() -> None:
    verdicts = [
        Verdict(HEAVY, ANSWER, True),
        Verdict(HEAVY, None, False),
        Verdict(replace(HEAVY, label=""), None, False),
    ]
    assert tallied(verdicts, lambda asked: asked.label) == {"weight": Tally(1, 2)}
    assert tallied(verdicts, lambda _: "all")["all"].share == pytest.approx(1 / 3)
    assert tallied([], lambda _: "all") == {}


def test_a_shop_with_its_own_concepts_answers_much_of_it(answerer: Answerer, retriever: HybridRetriever) -> None:
    writer = QuestionWriter(retriever)
    verdicts = [judge(answerer, asked) for asked in writer.questions(writer.products(50))]
    kinds = tallied(verdicts, lambda asked: asked.kind)
    assert 0.3 < kinds[STATED].share < 1
    assert kinds[LACKING].questions >= 5
