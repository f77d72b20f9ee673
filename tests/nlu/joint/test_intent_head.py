"""The intent head: whether it refuses, of texts in scope that it has not seen, the share that it was told to."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.joint.intent_head import fit_intents
from nlu.joint.linear import fit_softmax
from nlu.options import JointOptions

RUNS = 5
FRESH = 4000


def refused_shares(intents: int, examples: int, width: int, loss: float) -> NDArray[np.float64]:
    """Of fresh draws from the normal distributions that each run's head learnt: float64 [RUNS]."""
    shares = []
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        centres = 1.5 * rng.normal(size=(intents, width))
        labels = np.arange(intents * examples + FRESH) % intents
        features = (centres[labels] + rng.normal(size=(len(labels), width))).astype(np.float32)
        learnt, fresh = features[:-FRESH], features[-FRESH:]
        names = [str(label) for label in labels[:-FRESH]]
        head = fit_intents(learnt, names, JointOptions(out_of_scope_loss=loss))
        assert head is not None
        shares.append(np.mean(np.array(head.in_scope(fresh)) < 0.5))
    return np.array(shares)


def three_deviations(loss: float, held_out: int) -> float:
    """Of the mean over the runs: the threshold is a quantile of so many texts, and the share is one of `FRESH`."""
    return float(3 * np.sqrt(loss * (1 - loss) * (1 / held_out + 1 / FRESH) / RUNS))


@pytest.mark.parametrize("loss", [0.01, 0.05])
def test_the_stated_share_of_unseen_texts_in_scope_is_refused(loss: float) -> None:
    shares = refused_shares(intents=5, examples=400, width=8, loss=loss)
    assert shares.mean() == pytest.approx(loss, abs=three_deviations(loss, held_out=2000))


def test_from_few_examples_no_more_than_the_stated_share_is_refused() -> None:
    # The head fitted on all of them has a higher energy than those that the threshold was learnt with: it refuses less.
    shares = refused_shares(intents=10, examples=30, width=32, loss=0.1)
    assert 0.1 / 3 < shares.mean() < 0.1 + three_deviations(0.1, held_out=300)


def test_views_are_fitted_each_by_itself_and_summed() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    names, views = [str(label) for label in labels], []
    for noise in (0.1, 2.0):
        centres = rng.normal(size=(3, 8))
        views.append((centres[labels] + noise * rng.normal(size=(60, 8))).astype(np.float32))
    options = JointOptions(calibration_folds=0)
    both = fit_intents(np.concatenate(views, axis=1), names, options, views=2)
    assert both is not None
    alone = [fit_softmax(view, labels, 3, options.l2) for view in views]
    np.testing.assert_allclose(both.layer.weights, np.concatenate([each.weights for each in alone], axis=1), atol=1e-3)
    np.testing.assert_allclose(both.layer.bias, alone[0].bias + alone[1].bias, atol=1e-3)
    together = fit_intents(np.concatenate(views, axis=1), names, options)
    assert together is not None
    assert np.abs(together.layer.weights - both.layer.weights).max() > 0.1
