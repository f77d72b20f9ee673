"""The intent head: whether it refuses, of texts in scope that it has not seen, the share that it was told to."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.intents import fit_intents
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
