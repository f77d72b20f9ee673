"""Two scores of each passage made one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.fusion import fuse

DENSE = {1: 0.8, 2: 0.5, 3: -0.4}
LEXICAL = {2: 1.0, 4: 0.5}
shares = st.floats(0, 1)
cosines = st.dictionaries(st.integers(0, 9), st.floats(-1, 1))
word_scores = st.dictionaries(st.integers(0, 9), shares)


@pytest.mark.parametrize(
    ("dense_weight", "expected"),
    [
        (0.6, {2: 0.5 * 0.6 + 1.0 * 0.4, 1: 0.8 * 0.6, 4: 0.5 * 0.4, 3: 0.0}),
        (1.0, {1: 0.8, 2: 0.5, 3: 0.0, 4: 0.0}),
        (0.0, {2: 1.0, 4: 0.5, 1: 0.0, 3: 0.0}),
    ],
)
def test_the_weighted_sum_of_both_orders_the_passages(dense_weight: float, expected: dict[int, float]) -> None:
    fused = fuse(DENSE, LEXICAL, dense_weight)
    assert fused == pytest.approx(expected)
    assert list(fused) == list(expected)


def test_equal_scores_keep_the_order_of_the_corpus() -> None:
    assert list(fuse({16: 0.5, 8: 0.5, 1: 0.5}, {5: 1.0}, dense_weight=0.5)) == [5, 1, 8, 16]


def test_a_cosine_below_zero_takes_nothing_off_the_word_score() -> None:
    assert fuse({1: -1.0}, {1: 0.5}, dense_weight=0.5) == {1: 0.25}


def test_nothing_found_stays_nothing() -> None:
    assert fuse({}, {}, dense_weight=0.5) == {}


@given(cosines, word_scores, shares)
def test_every_passage_is_kept_once_with_a_score_between_nothing_and_one(
    dense: dict[int, float], lexical: dict[int, float], dense_weight: float
) -> None:
    fused = fuse(dense, lexical, dense_weight)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
