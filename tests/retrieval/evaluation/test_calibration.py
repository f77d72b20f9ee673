"""How sure an entry must be to answer."""

import numpy as np
import pytest

from retrieval.answering.answerer import Answerer
from retrieval.errors import RetrievalError
from retrieval.evaluation.answer_checks import Expectation
from retrieval.evaluation.calibration import Judged, calibrate, judge_entries, judge_facts, judge_searches
from retrieval.question import Question

# What agrees by 0.1, 0.2 … 0.9 is right that often of ten times; the wrong ones cannot be answered.
JUDGED = [Judged(share / 10, at < share, at < share) for share in range(1, 10) for at in range(10)]


def test_sureness_is_the_share_that_is_right() -> None:
    found = calibrate("entry", JUDGED, 0.9)
    assert found.even == pytest.approx(0.5, abs=0.001)
    for agreement in (0.2, 0.5, 0.8):
        assert 1 / (1 + np.exp(-found.slope * (agreement - found.even))) == pytest.approx(agreement, abs=0.04)


@pytest.mark.parametrize(("precision", "agreement"), [(0.9, 0.9), (0.8, 0.7), (0.5, 0.1)])
def test_the_threshold_is_the_least_that_is_precise_enough(precision: float, agreement: float) -> None:
    found = calibrate("entry", JUDGED, precision)
    assert found.threshold == pytest.approx(1 / (1 + np.exp(-found.slope * (agreement - found.even))))
    assert calibrate("entry", JUDGED, 0.95).threshold is None


def test_the_table_counts_each_question_once() -> None:
    steps = calibrate("entry", JUDGED, 0.9).steps
    assert [step.low for step in steps] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert (sum(step.questions for step in steps), sum(step.right for step in steps)) == (90, 45)
    assert (steps[0].precision, steps[0].answered, steps[0].refused) == (0.5, 1.0, 0.0)
    assert steps[5].precision == pytest.approx(35 / 50)
    assert steps[5].refused == pytest.approx(30 / 45)


def test_what_a_threshold_tells_apart_without_an_error_is_calibrated_too() -> None:
    found = calibrate("entry", [Judged(0.8, True, True), Judged(0.9, True, True), Judged(0.1, False, False)], 1.0)
    assert 0.1 < found.even < 0.8
    assert found.slope > 0


def test_nothing_is_learnt_where_all_is_right_or_nothing() -> None:
    with pytest.raises(RetrievalError, match="1 of 1 .*entry"):
        calibrate("entry", [Judged(0.8, True, True)], 0.9)


def test_only_questions_that_an_entry_or_nothing_answers_are_judged(answerer: Answerer) -> None:
    opening, returns = ("faq:opening-hours",), ("faq:return-period",)
    judged = judge_entries(
        answerer,
        [
            Expectation(Question("when are your stores open"), opening, ""),
            Expectation(Question("when are your stores open"), returns, ""),
            Expectation(Question("is there life on Mars"), (), ""),
            Expectation(Question("how heavy are the pulse buds 2"), (), ""),
            Expectation(Question("how heavy is it", "pulse-buds-2"), (), ""),
            Expectation(Question("show me laptops"), ("product:falcon-book-14",), ""),
            Expectation(Question("and on Sunday"), opening, "", before=("when are your stores open",)),
        ],
    )
    assert [(each.is_right, each.is_answerable) for each in judged] == [(True, True), (False, True), (False, False)]


def test_the_least_score_is_the_one_of_the_threshold() -> None:
    assert [calibrate("entry", JUDGED, precision).least for precision in (0.9, 0.8, 0.5, 0.95)] == [0.9, 0.7, 0.1, None]


def test_only_questions_about_one_product_are_judged_by_its_facts(answerer: Answerer) -> None:
    weight, price = ("product:pulse-buds-2#weight",), ("product:pulse-buds-2#price",)
    judged = judge_facts(
        answerer,
        [
            Expectation(Question("how heavy are the pulse buds 2"), weight, ""),
            Expectation(Question("how heavy is it", "pulse-buds-2"), weight, ""),
            Expectation(Question("how heavy are the pulse buds 2"), price, ""),
            Expectation(Question("can the pulse buds 2 sing me a song"), (), ""),
            Expectation(Question("is there life on Mars"), (), ""),
            Expectation(Question("when are your stores open"), ("faq:opening-hours",), ""),
            Expectation(Question("and its price", "pulse-buds-2"), price, "", before=("how heavy is it",)),
        ],
    )
    assert [(each.is_right, each.is_answerable) for each in judged] == [
        (True, True),
        (True, True),
        (False, True),
        (False, False),
    ]
    assert judged[0].score > judged[3].score


def test_only_questions_for_products_are_judged_by_what_is_listed(answerer: Answerer) -> None:
    judged = judge_searches(
        answerer,
        [
            Expectation(Question("show me laptops with a bright screen"), ("product:falcon-book-16",), "", "list"),
            Expectation(Question("show me laptops with a bright screen"), ("product:pulse-buds-2",), "", "list"),
            Expectation(Question("show me laptops that can fly to the moon"), (), ""),
            Expectation(Question("show me laptops"), ("product:falcon-book-14",), "", "list"),
            Expectation(Question("when are your stores open"), ("faq:opening-hours",), ""),
            Expectation(Question("how heavy are the pulse buds 2"), (), ""),
        ],
    )
    assert [(each.is_right, each.is_answerable) for each in judged] == [(True, True), (False, True), (False, False)]
    assert all(0 < each.score < 1 for each in judged)
