"""What the benchmark puts into DIET to make it quicker computes what Rasa's own does."""

import numpy as np
import pytest

from benchmarks.nlu_systems import DIET, prepare_tensorflow
from dialogue.quiet import quiet_imports

LENGTHS = (7, 3, 1, 5, 2)
TAGS = 11


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the benchmark does, until the test ends."""
    with quiet_imports():
        import tensorflow as tf
        from rasa.utils.tensorflow import crf, layers

    for owner, name in (
        (crf, "crf_forward"),
        (layers.CRF, "f1_score"),
        (layers.RandomlyConnectedDense, "call"),
        (tf.data.Dataset, "from_generator"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    prepare_tensorflow(DIET)


@pytest.mark.heavy
def test_likelihoods_and_their_gradients_are_those_of_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    with quiet_imports():
        import tensorflow as tf
        from rasa.utils.tensorflow import crf

    random = np.random.default_rng(0)
    potentials = tf.constant(4 * random.normal(size=(len(LENGTHS), max(LENGTHS), TAGS)), tf.float32)
    transitions = tf.constant(random.normal(size=(TAGS, TAGS)), tf.float32)
    tags = tf.constant(random.integers(0, TAGS, (len(LENGTHS), max(LENGTHS))))

    def likelihoods() -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
        with tf.GradientTape() as tape:
            tape.watch((potentials, transitions))
            found = crf.crf_log_likelihood(potentials, tags, tf.constant(LENGTHS), transitions)[0]
        return [found.numpy(), *(each.numpy() for each in tape.gradient(found, (potentials, transitions)))]

    theirs = likelihoods()
    quicken(monkeypatch)
    assert crf.crf_forward.__module__ == "benchmarks.diet"
    for ours, expected in zip(likelihoods(), theirs, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-4)


@pytest.mark.heavy
@pytest.mark.parametrize("density", [1.0, 0.2])
def test_a_dense_layer_and_its_gradient_are_those_of_rasa(monkeypatch: pytest.MonkeyPatch, density: float) -> None:
    with quiet_imports():
        import tensorflow as tf
        from rasa.utils.tensorflow import layers

    layer = layers.RandomlyConnectedDense(density=density, units=24, activation="gelu", bias_initializer="normal")
    inputs = tf.constant(np.random.default_rng(0).normal(size=(5, 7, 32)), tf.float32)
    layer.build(inputs.shape)

    def outcome() -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
        with tf.GradientTape() as tape:
            found = layer.call(inputs)
        return [found.numpy(), *(each.numpy() for each in tape.gradient(found, layer.trainable_variables))]

    theirs = outcome()
    quicken(monkeypatch)
    ours = outcome()
    assert np.any(ours[0] != theirs[0])  # bfloat16 has 8 bits
    for mine, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=0.02, atol=0.02 * np.abs(expected).max())
