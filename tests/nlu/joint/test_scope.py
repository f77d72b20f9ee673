import numpy as np
import pytest

from nlu.joint.scope import Scale, energy_of, fit_distances, fit_scale

RNG = np.random.default_rng(0)
CENTRES = np.eye(3, 8, dtype=np.float32) * 5
LABELS = np.repeat(np.arange(3), 40)
FEATURES = (CENTRES[LABELS] + RNG.normal(size=(120, 8))).astype(np.float32)


def test_what_lies_by_an_intent_is_nearer_than_what_lies_between_or_beyond() -> None:
    distances = fit_distances(FEATURES, LABELS, 3)
    near = distances.nearness(CENTRES)
    far = distances.nearness(np.full((1, 8), 4, dtype=np.float32))
    assert near.min() > far.max()


def test_energy_is_the_logarithm_of_the_summed_exponentials() -> None:
    assert energy_of(np.log(np.array([[1, 2, 5]], dtype=np.float32)))[0] == pytest.approx(np.log(8), abs=1e-6)
    assert np.isfinite(energy_of(np.full((1, 2), 1e4, dtype=np.float32))).all()


def test_the_stated_share_of_what_was_held_out_lies_below_a_half() -> None:
    energy, nearness = RNG.normal(5, 2, 1000).astype(np.float32), RNG.normal(-3, 9, 1000).astype(np.float32)
    scale = fit_scale(energy, nearness, 0.05)
    assert (scale.probability(energy, nearness) < 0.5).mean() == pytest.approx(0.05, abs=0.002)


def test_with_nothing_held_out_all_is_in_scope() -> None:
    few = np.array([-100.0, 0.0], dtype=np.float32)
    assert Scale().probability(few, few).tolist() == [1, 1]
