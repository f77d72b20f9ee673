"""The encoder's own training."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.joint.entity_head import AnnotatedText
from nlu.joint.finetuning import divergence, fine_tune
from nlu.options import JointOptions

EXAMPLES = [AnnotatedText("where is my order", "order"), AnnotatedText("thanks a lot", "thank")]
ALL = torch.tensor([True, True])


def test_two_passes_that_agree_do_not_diverge() -> None:
    logits = torch.tensor([[2.0, -1.0], [5.0, 0.0], [2.0, -1.0], [5.0, 0.0]])
    assert divergence(logits, ALL.repeat(2)).item() == pytest.approx(0, abs=1e-6)
    assert divergence(logits + 3, ALL.repeat(2)).item() == pytest.approx(0, abs=1e-6)


def test_divergence_is_the_mean_of_both_directions_over_the_texts() -> None:
    logits = torch.tensor([[2.0, -1.0], [5.0, 0.0], [0.0, 1.0], [4.0, 1.0]])
    first, second = functional.softmax(logits, dim=1).double().chunk(2)
    ways = [(one * (one / other).log()).sum(dim=1).mean() for one, other in ((first, second), (second, first))]
    assert divergence(logits, ALL.repeat(2)).item() == pytest.approx(float(sum(ways) / 2), rel=1e-5)


def test_texts_without_an_intent_do_not_count() -> None:
    logits = torch.tensor([[2.0, -1.0], [5.0, 0.0], [0.0, 1.0], [-4.0, 9.0]])
    counted = torch.tensor([True, False])
    assert divergence(logits, counted.repeat(2)).item() == pytest.approx(
        divergence(logits[[0, 2]], counted[:1].repeat(2)).item()
    )


@pytest.mark.heavy
def test_the_layers_are_learnt_and_agreement_has_a_part_in_it(encoder: MiniLMEncoder) -> None:
    def learnt(consistency: float) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
        options = JointOptions(
            fine_tuning_min_steps=3, fine_tuning_epochs=1, fine_tuning_consistency=consistency, fine_tuning_dropout=0.2
        )
        return fine_tune(EXAMPLES, encoder, options).layer_tensors()

    start, without, little, much = encoder.layer_tensors(), learnt(0.0), learnt(1e-3), learnt(10.0)
    for one, other in ((start, without), (without, little), (little, much)):
        assert any(not np.array_equal(one[name], other[name]) for name in start)
    assert all(np.array_equal(value, learnt(10.0)[name]) for name, value in much.items())
