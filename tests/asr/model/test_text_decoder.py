from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

from asr.model.text_decoder import CachedDecoder
from tests.asr.conftest import EXACT

torch.manual_seed(3)
MODEL = Whisper(ModelDimensions(80, 100, 8, 2, 1, 60, 16, 8, 2, 2)).eval().requires_grad_(False)
for parameter in MODEL.parameters():
    parameter.normal_(std=0.5)
FEATURES = torch.randn(3, 40, 8)
EIGHT_BITS = replace(EXACT, quantized=True)
TOKENS = st.integers(0, 59)


def stepwise(decoder: CachedDecoder, prompt: list[int], rest: list[int]) -> Tensor:
    state = decoder.start(FEATURES[:1], room=len(prompt) + len(rest))
    return torch.cat([decoder.step(state, [prompt]), *(decoder.step(state, [[token]]) for token in rest)], dim=1)[0]


def whole(tokens: list[int], row: int = 0) -> Tensor:
    with torch.no_grad():
        logits: Tensor = MODEL.decoder(torch.tensor([tokens]), FEATURES[row : row + 1])[0]
    return logits


@settings(deadline=None)
@given(st.lists(TOKENS, min_size=1, max_size=4), st.lists(TOKENS, max_size=12))
def test_steps_give_the_logits_of_the_whole_sequence(prompt: list[int], rest: list[int]) -> None:
    torch.testing.assert_close(
        stepwise(CachedDecoder(MODEL, EXACT), prompt, rest), whole(prompt + rest), rtol=1e-4, atol=1e-4
    )


@settings(deadline=None)
@given(st.data())
def test_rows_of_different_lengths_do_not_see_each_other(data: st.DataObject) -> None:
    """Rows take tokens back, are dropped and put into another order, and each gives the logits of what it holds."""
    decoder = CachedDecoder(MODEL, EXACT)
    state = decoder.start(FEATURES, room=16)
    said = [[1, row + 2] for row in range(3)]
    rows = [0, 1, 2]
    logits = decoder.step(state, said)
    for _ in range(data.draw(st.integers(1, 8))):
        rows_left = data.draw(st.permutations(range(len(rows))))[: data.draw(st.integers(1, len(rows)))]
        state.keep(rows_left)
        rows, said = [rows[place] for place in rows_left], [said[place] for place in rows_left]
        for place, tokens in enumerate(said):
            back = data.draw(st.integers(0, len(tokens) - 1))
            state.lengths[place] -= back
            said[place] = [*tokens[: len(tokens) - back], data.draw(TOKENS)]
        logits = decoder.step(state, [tokens[-1:] for tokens in said])
    for place, tokens in enumerate(said):
        torch.testing.assert_close(logits[place, -1], whole(tokens, rows[place])[-1], rtol=1e-4, atol=1e-4)


def test_eight_bits_change_the_logits_by_little() -> None:
    exact = stepwise(CachedDecoder(MODEL, EXACT), [1, 2, 3], [4, 5])
    rounded = stepwise(CachedDecoder(MODEL, EIGHT_BITS), [1, 2, 3], [4, 5])
    assert not torch.equal(exact, rounded)
    assert (exact - rounded).abs().max() < 0.1 * exact.abs().max()


def test_logits_are_float32_whatever_the_weights_are() -> None:
    half = replace(EXACT, encoder=torch.bfloat16, decoder=torch.bfloat16)
    decoder = CachedDecoder(MODEL, half)
    state = decoder.start(FEATURES[:1].bfloat16(), room=2)
    logits = decoder.step(state, [[1, 2]])[0]
    assert logits.dtype == torch.float32
    assert (logits - whole([1, 2])).abs().max() < 0.1 * logits.abs().max()


def test_decodings_at_the_same_time_do_not_mix() -> None:
    decoder = CachedDecoder(MODEL, EXACT)
    sequences = [[index, *range(index, index + 10)] for index in range(8)]
    alone = [stepwise(decoder, sequence[:1], sequence[1:]) for sequence in sequences]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda sequence: stepwise(decoder, sequence[:1], sequence[1:]), sequences))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other)
