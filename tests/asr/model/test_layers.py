"""The parts of the blocks, against whisper's own layers and torch's."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from whisper.model import Conv1d, LayerNorm, Linear, MultiHeadAttention

from asr.model.layers import as_half, convolution, layer_norm, linear, linear_in_eight_bits, stacked_projections

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("bias", [True, False])
def test_linear_is_whispers_own(bias: bool) -> None:
    theirs, x = Linear(12, 7, bias=bias), torch.randn(2, 5, 12)
    ours = linear(theirs.weight, theirs.bias, CPU, torch.float32)
    torch.testing.assert_close(ours(x), theirs(x))


def test_a_norm_is_whispers_own_with_its_weights_and_epsilon() -> None:
    theirs, x = LayerNorm(12, eps=0.1), 3 * torch.randn(2, 5, 12) + 1
    nn.init.normal_(theirs.weight)
    nn.init.normal_(theirs.bias)
    torch.testing.assert_close(layer_norm(theirs, CPU, torch.float32)(x), theirs(x))


@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_is_whispers_own(stride: int) -> None:
    theirs, x = Conv1d(8, 6, kernel_size=3, stride=stride, padding=1), torch.randn(2, 8, 11)
    torch.testing.assert_close(convolution(theirs, CPU, torch.float32)(x), theirs(x))


def test_each_part_computes_in_the_format_it_is_given() -> None:
    x = torch.randn(3, 8, 8, dtype=torch.bfloat16)
    parts = (
        linear(torch.randn(5, 8), torch.randn(5), CPU, torch.bfloat16),
        layer_norm(nn.LayerNorm(8), CPU, torch.bfloat16),
        convolution(nn.Conv1d(8, 6, 3, padding=1), CPU, torch.bfloat16),
    )
    assert [part(x).dtype for part in parts] == [torch.bfloat16] * 3


@pytest.mark.parametrize("part", ["linear", "layer_norm", "convolution"])
def test_weights_that_change_later_do_not_change_the_part_in_another_format(part: str) -> None:
    layers = {"linear": nn.Linear(8, 8), "layer_norm": nn.LayerNorm(8), "convolution": nn.Conv1d(8, 8, 1)}
    made = {
        "linear": lambda layer: linear(layer.weight, layer.bias, CPU, torch.bfloat16),
        "layer_norm": lambda layer: layer_norm(layer, CPU, torch.bfloat16),
        "convolution": lambda layer: convolution(layer, CPU, torch.bfloat16),
    }[part](layers[part])
    x = torch.randn(1, 8, 8, dtype=torch.bfloat16)
    before = made(x)
    with torch.no_grad():
        for parameter in layers[part].parameters():
            parameter.zero_()
    torch.testing.assert_close(made(x), before)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 1000), st.booleans())
def test_eight_bits_are_off_by_no_more_than_rounding(inputs: int, outputs: int, seed: int, has_bias: bool) -> None:
    generator = torch.Generator().manual_seed(seed)
    weight, x = torch.randn(outputs, inputs, generator=generator), torch.randn(4, inputs, generator=generator)
    bias = torch.randn(outputs, generator=generator) if has_bias else None
    found = linear_in_eight_bits(weight, bias)(x)
    assert found.dtype == torch.float32
    step_of_weight = weight.abs().amax(dim=1) / 127
    step_of_x = (x.amax().clamp_min(0) - x.amin().clamp_max(0)) / 127  # 7 bits over the range of all rows
    # Half a step for each number that is rounded, a whole one at the end of the range.
    error = x.abs().sum(dim=1)[:, None] * step_of_weight / 2 + (weight.abs().sum(dim=1) + inputs * step_of_weight) * (
        step_of_x
    )
    assert ((found - nn.functional.linear(x, weight, bias)).abs() <= error + 1e-4).all()


@pytest.mark.skipif(torch.backends.quantized.engine not in ("x86", "fbgemm"), reason="only these may overflow")
def test_what_is_multiplied_has_seven_bits_so_that_sums_of_sixteen_do_not_overflow() -> None:
    ramp = torch.linspace(-1, 1, 1000)[:, None]
    levels = set(linear_in_eight_bits(torch.ones(1, 1), None)(ramp).flatten().tolist())
    assert 100 < len(levels) < 140


def test_a_row_of_zeros_stays_zero_in_eight_bits() -> None:
    weight = torch.randn(3, 16)
    weight[1] = 0
    found = linear_in_eight_bits(weight, torch.tensor([0.0, 2.0, 0.0]))(torch.randn(5, 16))
    assert found[:, 1].tolist() == [2.0] * 5


def test_one_matrix_gives_the_query_the_key_and_the_value_of_whispers_attention() -> None:
    attention, x = MultiHeadAttention(16, 4), torch.randn(2, 3, 16)
    weight, bias = stacked_projections(attention)
    assert (weight.shape, bias.shape) == ((48, 16), (48,))
    stacked = nn.functional.linear(x, weight, bias)
    expected = torch.cat([attention.query(x), attention.key(x), attention.value(x)], dim=-1)
    torch.testing.assert_close(stacked, expected)


@pytest.mark.parametrize(("number", "kind"), [(0.5, torch.float16), (1e-9, torch.float32), (1e6, torch.float32)])
def test_weights_take_half_the_memory_where_that_changes_none(number: float, kind: torch.dtype) -> None:
    weights = torch.tensor([[1.0, number]])
    assert as_half(weights).dtype == kind
    assert torch.equal(as_half(weights).float(), weights)
