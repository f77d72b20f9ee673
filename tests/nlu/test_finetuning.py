"""The encoder's own training: how far its weights go."""

import numpy as np
import pytest

from nlu.encoder import MiniLMEncoder
from nlu.entities import AnnotatedText
from nlu.finetuning import between, fine_tune
from nlu.options import JointOptions

EXAMPLES = [AnnotatedText("where is my order", "order"), AnnotatedText("thanks a lot", "thank")]


def test_weights_between_two_lie_the_share_of_the_way() -> None:
    start, end = {"a": np.array([0, 2], np.float32)}, {"a": np.array([1, 0], np.float32)}
    assert between(start, end, 0.25)["a"].tolist() == [0.25, 1.5]
    assert between(start, end, 1.0)["a"].tolist() == [1, 0]


@pytest.mark.heavy
def test_the_encoder_goes_the_share_of_the_way_to_what_was_learnt(encoder: MiniLMEncoder) -> None:
    whole, half = (
        fine_tune(
            EXAMPLES, encoder, JointOptions(fine_tuning_min_steps=3, fine_tuning_epochs=1, fine_tuning_share=share)
        )
        for share in (1.0, 0.5)
    )
    start, end, found = encoder.layer_tensors(), whole.layer_tensors(), half.layer_tensors()
    assert any(not np.array_equal(start[name], end[name]) for name in start)
    for name, value in found.items():
        np.testing.assert_allclose(value, (start[name] + end[name]) / 2, atol=1e-5)
