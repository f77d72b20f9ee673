"""The measures of a ranking, against values worked out by hand."""

import re
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.ranking_measures import average_precision, ndcg, recall, reciprocal_rank

RANKED = ["a", "b", "c", "d", "e"]
GRADES = {"b": 1, "d": 2, "x": 1}


def test_gain_is_the_grade_and_is_discounted_by_the_rank() -> None:
    gained = 1 / log2(3) + 2 / log2(5)
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert ndcg(RANKED, GRADES, 10) == pytest.approx(gained / best)


def test_nothing_behind_the_depth_counts() -> None:
    assert ndcg(RANKED, GRADES, 3) == pytest.approx(1 / log2(3) / (2 + 1 / log2(3) + 1 / 2))
    assert ndcg(RANKED, GRADES, 1) == 0
    assert [recall(RANKED, GRADES, depth) for depth in (1, 2, 4, 9)] == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])


def test_ranks_of_what_is_relevant() -> None:
    assert reciprocal_rank(RANKED, GRADES) == 1 / 2
    assert average_precision(RANKED, GRADES) == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert reciprocal_rank([], GRADES) == average_precision(["z"], GRADES) == 0


@pytest.mark.parametrize("grades", [{}, {"a": 0}, {"a": 1, "b": -1}])
def test_measures_need_something_relevant(grades: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=re.escape(str(grades))):
        ndcg(RANKED, grades, 10)


@given(st.permutations(RANKED), st.dictionaries(st.sampled_from("abcdexyz"), st.integers(1, 3), min_size=1))
def test_the_ideal_order_is_never_beaten(order: list[str], grades: dict[str, int]) -> None:
    ideal = sorted(grades, key=lambda each: -grades[each])
    assert ndcg(ideal, grades, 10) == pytest.approx(1) == average_precision(ideal, grades)
    assert 0 <= ndcg(order, grades, 10) <= 1 + 1e-9
