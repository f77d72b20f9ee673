"""The CRF by which the benchmark quickens DIET is Rasa's own."""

import numpy as np
import pytest

from benchmarks.nlu_systems import DIET, prepare_tensorflow
from dialogue.quiet import quiet_imports

LENGTHS = (7, 3, 1, 5, 2)
TAGS = 11


@pytest.mark.heavy
def test_likelihoods_and_their_gradients_are_those_of_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    with quiet_imports():
        import tensorflow as tf
        from rasa.utils.tensorflow import crf, layers

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
    for module, name in ((crf, "crf_forward"), (layers.CRF, "f1_score")):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back in the end
    prepare_tensorflow(DIET)
    assert crf.crf_forward.__module__ == "benchmarks.diet"
    for ours, expected in zip(likelihoods(), theirs, strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-4)
