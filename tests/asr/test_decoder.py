from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

from asr.decoder import CachedDecoder

torch.manual_seed(3)
MODEL = Whisper(ModelDimensions(80, 100, 8, 2, 1, 60, 16, 8, 2, 2)).eval().requires_grad_(False)
for parameter in MODEL.parameters():
    parameter.normal_(std=0.5)
FEATURES = torch.randn(40, 8)


def stepwise(decoder: CachedDecoder, prompt: list[int], rest: list[int]) -> Tensor:
    state = decoder.start(FEATURES, room=len(prompt) + len(rest))
    return torch.cat([decoder.step(state, prompt), *(decoder.step(state, [token]) for token in rest)])


@settings(deadline=None)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=4), st.lists(st.integers(0, 59), max_size=12))
def test_steps_give_the_logits_of_the_whole_sequence(prompt: list[int], rest: list[int]) -> None:
    decoder = CachedDecoder(MODEL, quantize_vocabulary=False)
    with torch.no_grad():
        expected = MODEL.decoder(torch.tensor([prompt + rest]), FEATURES[None])[0]
    torch.testing.assert_close(stepwise(decoder, prompt, rest), expected, rtol=1e-4, atol=1e-4)


def test_eight_bits_change_the_logits_by_little() -> None:
    exact = stepwise(CachedDecoder(MODEL, quantize_vocabulary=False), [1, 2, 3], [4, 5])
    rounded = stepwise(CachedDecoder(MODEL, quantize_vocabulary=True), [1, 2, 3], [4, 5])
    assert not torch.equal(exact, rounded)
    assert (exact - rounded).abs().max() < 0.05 * exact.abs().max()


def test_a_processor_without_eight_bit_kernels_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = stepwise(CachedDecoder(MODEL, quantize_vocabulary=False), [1], [2])
    monkeypatch.setattr("asr.decoder.quantized_kernels_available", lambda: False)
    assert torch.equal(stepwise(CachedDecoder(MODEL, quantize_vocabulary=True), [1], [2]), exact)


def test_decodings_at_the_same_time_do_not_mix() -> None:
    decoder = CachedDecoder(MODEL, quantize_vocabulary=False)
    sequences = [[index, *range(index, index + 10)] for index in range(8)]
    alone = [stepwise(decoder, sequence[:1], sequence[1:]) for sequence in sequences]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda sequence: stepwise(decoder, sequence[:1], sequence[1:]), sequences))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other)
