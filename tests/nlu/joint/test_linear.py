import numpy as np
import pytest

from nlu.errors import TrainingError
from nlu.joint.linear import SoftmaxLayer, best_temperature, fit_softmax, fold_numbers, held_out_layers

CORNERS = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float32)
LABELS = np.array([0, 0, 1, 1])


def test_separable_examples_are_learned() -> None:
    layer = fit_softmax(CORNERS, LABELS, 2, l2=0.01)
    assert layer.log_probabilities(CORNERS).argmax(axis=1).tolist() == LABELS.tolist()


def test_fit_is_where_the_gradient_vanishes() -> None:
    l2 = 0.5
    layer = fit_softmax(CORNERS, LABELS, 2, l2)
    errors = np.exp(layer.log_probabilities(CORNERS)) - np.eye(2)[LABELS]
    assert np.abs(errors.T @ CORNERS + l2 * layer.weights).max() < 1e-3
    assert np.abs(errors.sum(axis=0)).max() < 1e-3


def test_equal_input_gives_an_equal_layer() -> None:
    first, second = (fit_softmax(CORNERS, LABELS, 2, 0.1) for _ in range(2))
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.bias, second.bias)


def test_a_start_from_part_of_the_examples_leads_to_the_same_layer() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(90) % 3
    features = np.eye(3, 8, dtype=np.float32)[labels] + generator.normal(0, 0.7, (90, 8)).astype(np.float32)
    whole = fit_softmax(features, labels, 3, 0.1)
    start = fit_softmax(features[:40], labels[:40], 3, 0.1)
    ours = fit_softmax(features, labels, 3, 0.1, start)
    assert np.abs(start.weights - whole.weights).max() > 0.1
    np.testing.assert_allclose(ours.weights, whole.weights, atol=0.01)
    np.testing.assert_allclose(ours.bias, whole.bias, atol=0.01)


def test_probabilities_sum_to_one_even_for_huge_logits() -> None:
    layer = SoftmaxLayer(np.eye(3, dtype=np.float32) * 1e4, np.zeros(3, dtype=np.float32))
    probabilities = np.exp(layer.log_probabilities(np.eye(3, dtype=np.float32)))
    assert np.allclose(probabilities.sum(axis=1), 1)


def test_temperature_softens() -> None:
    weights, bias = np.eye(2, dtype=np.float32), np.zeros(2, dtype=np.float32)
    one = np.array([[1, 0]], dtype=np.float32)
    sharp = SoftmaxLayer(weights, bias, 0.5).log_probabilities(one)
    soft = SoftmaxLayer(weights, bias, 2.0).log_probabilities(one)
    assert sharp[0, 0] > soft[0, 0] > np.log(0.5)


def test_best_temperature_makes_overconfident_logits_honest() -> None:
    # Three of four are right, so the honest confidence is 3/4: logit gap log(3), here given as 10 log(3).
    logits = np.tile(np.array([[10 * np.log(3), 0]], dtype=np.float32), (4, 1))
    assert best_temperature(logits, np.array([0, 0, 0, 1])) == pytest.approx(10, rel=0.06)


def test_folds_share_each_class_evenly() -> None:
    assert fold_numbers([5, 5, 7, 5, 7], 2).tolist() == [0, 1, 0, 0, 1]


def test_each_example_is_held_out_once_of_a_layer_that_did_not_see_it() -> None:
    held_out = np.zeros(4, dtype=int)
    for inside, layer in held_out_layers(CORNERS, LABELS, 2, 0.1, folds=2):
        held_out += inside
        exact = fit_softmax(CORNERS[~inside], LABELS[~inside], 2, 0.1)
        np.testing.assert_allclose(layer.weights, exact.weights, rtol=0.03)  # products may be rounded
    assert held_out.tolist() == [1, 1, 1, 1]


def test_of_too_few_examples_none_is_held_out() -> None:
    assert not list(held_out_layers(CORNERS[[0, 2]], np.array([0, 1]), 2, 0.1, folds=3))
    assert not list(held_out_layers(CORNERS, LABELS, 2, 0.1, folds=0))


def test_no_examples_raise() -> None:
    with pytest.raises(TrainingError):
        fit_softmax(CORNERS[:0], LABELS[:0], 2, 0.1)
