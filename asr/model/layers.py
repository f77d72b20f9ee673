"""The parts that Whisper's blocks are made of, as functions over weights in a chosen number format."""

import warnings
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from asr.reference_whisper import MultiHeadAttention

Function = Callable[[Tensor], Tensor]


def linear(weight: Tensor, bias: Tensor | None, device: torch.device, dtype: torch.dtype) -> Function:
    """x -> x weight^T + bias; weight: [out, in]."""
    weight = weight.to(device, dtype)
    if bias is not None:
        bias = bias.to(device, dtype)
    return lambda x: F.linear(x, weight, bias)


def linear_in_eight_bits(weight: Tensor, bias: Tensor | None) -> Function:
    """`linear` on the CPU over a weight of 8 bits with a scale for each row; x and the result are float32."""
    scales = weight.abs().amax(dim=1).clamp_min(1e-8).double() / 127
    zeros = torch.zeros(len(weight), dtype=torch.long)
    with warnings.catch_warnings():  # deprecated in torch 2.13 in favour of a package that needs a compiler
        warnings.simplefilter("ignore", UserWarning)
        rows = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(rows, bias)
    # The overload itself: choosing it anew with each call takes as long as a small product.
    multiply = torch.ops.quantized.linear_dynamic.default
    # A range of 7 bits for x: without VNNI instructions 8 bits overflow the 16-bit sums.
    return lambda x: multiply(x, packed, True)


def as_half(weights: Tensor) -> Tensor:
    """Return the weights in half the memory where that changes none of them: most files hold them so."""
    half = weights.half()
    return half if torch.equal(half.to(weights.dtype), weights) else weights


def layer_norm(norm: nn.LayerNorm, device: torch.device, dtype: torch.dtype) -> Function:
    """`norm` over weights of `dtype`; the mean and the variance are float32 within."""
    weight, bias = norm.weight.to(device, dtype), norm.bias.to(device, dtype)
    return lambda x: F.layer_norm(x, norm.normalized_shape, weight, bias, norm.eps)


def convolution(layer: nn.Conv1d, device: torch.device, dtype: torch.dtype) -> Function:
    """`layer` over weights of `dtype`."""
    assert layer.bias is not None
    weight, bias = layer.weight.to(device, dtype), layer.bias.to(device, dtype)
    stride, padding = layer.stride, int(layer.padding[0])
    return lambda x: F.conv1d(x, weight, bias, stride, padding)


def stacked_projections(attention: MultiHeadAttention) -> tuple[Tensor, Tensor]:
    """Weight and bias of one matrix that gives query, key and value: [3 * state, state], [3 * state]."""
    query, key, value = attention.query, attention.key, attention.value
    no_bias = torch.zeros_like(query.bias)  # Whisper's keys have none
    return torch.cat([query.weight, key.weight, value.weight]), torch.cat([query.bias, no_bias, value.bias])
