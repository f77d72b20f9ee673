"""The figures, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from nlu.evaluation.measures import Counts, auroc, calibration_error, threshold_at_loss

# Few different values, so that there are ties.
scores = st.lists(st.integers(0, 9).map(lambda number: number / 10), min_size=1, max_size=30)


@given(scores, scores)
def test_auroc_is_that_of_scikit_learn(inside: list[float], outside: list[float]) -> None:
    labels = [1] * len(inside) + [0] * len(outside)
    assert auroc(np.array(inside), np.array(outside)) == pytest.approx(roc_auc_score(labels, inside + outside))


@given(scores, st.floats(0, 0.9))
def test_no_more_than_the_loss_lies_below_the_threshold_and_a_higher_one_loses_more(
    inside: list[float], loss: float
) -> None:
    values = np.array(inside)
    threshold = threshold_at_loss(values, loss)
    assert (values < threshold).mean() <= loss
    assert (values < np.nextafter(threshold, 2)).mean() > loss


def test_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    confidences = np.array([0.9, 0.9, 0.9, 0.9, 0.1])
    right = np.array([True, True, True, False, False])
    assert calibration_error(confidences, right) == pytest.approx((4 * 0.15 + 1 * 0.1) / 5)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0


def test_counts_give_precision_recall_and_f1() -> None:
    counts = Counts(right=2, extra=1) + Counts(right=1, missed=2)
    assert (counts.support, counts.precision, counts.recall) == (5, 3 / 4, 3 / 5)
    assert counts.f1 == pytest.approx(2 * 3 / 4 * 3 / 5 / (3 / 4 + 3 / 5))
    assert (Counts().precision, Counts().recall, Counts().f1) == (0, 0, 0)
