"""Whisper's text decoder, one step at a time over a key and value cache that is allocated once.

The weights are the model's own; only the query, key and value projections are stacked into one matrix, and the
vocabulary projection, which is half of the time of a step, may be held in 8 bits.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from whisper.model import ResidualAttentionBlock, Whisper

Projection = Callable[[Tensor], Tensor]


@dataclass(slots=True)
class DecoderState:
    """One decoding in progress: the keys and values of every layer, and how many tokens are in."""

    audio_keys: list[Tensor]  # per layer [1, heads, audio positions, width]
    audio_values: list[Tensor]
    keys: list[Tensor]  # per layer [1, heads, room, width], filled up to `length`
    values: list[Tensor]
    length: int = 0


class CachedDecoder:
    """The decoder of a loaded model; immutable, and safe to share between threads."""

    def __init__(self, model: Whisper, *, quantize_vocabulary: bool) -> None:
        decoder = model.decoder
        self.text_context: int = model.dims.n_text_ctx
        self._embedding: Tensor = decoder.token_embedding.weight
        self._positions: Tensor = decoder.positional_embedding
        self._layers = [_Layer(block, model.dims.n_text_head) for block in decoder.blocks]
        self._norm = decoder.ln
        self._project = _vocabulary_projection(self._embedding, quantize=quantize_vocabulary)

    @torch.inference_mode()
    def start(self, features: Tensor, room: int) -> DecoderState:
        """A decoding of the audio `features`, float32 [positions, state], of at most `room` tokens."""
        audio = [layer.project_audio(features) for layer in self._layers]
        empty = [layer.empty_cache(room) for layer in self._layers]
        return DecoderState(
            audio_keys=[keys for keys, _ in audio],
            audio_values=[values for _, values in audio],
            keys=[torch.empty_like(cache) for cache in empty],
            values=empty,
        )

    @torch.inference_mode()
    def step(self, state: DecoderState, tokens: list[int]) -> Tensor:
        """Logits, float32 [len(tokens), vocabulary], after each of the next tokens; more than one only at the start."""
        end = state.length + len(tokens)
        x = self._embedding[tokens] + self._positions[state.length : end]
        for index, layer in enumerate(self._layers):
            x = layer.run(x, state, index)
        state.length = end
        return self._project(self._norm(x))


class _Layer:
    """One residual block of the decoder. Rows are tokens: x is [n, state]."""

    def __init__(self, block: ResidualAttentionBlock, heads: int) -> None:
        self._heads = heads
        own, cross = block.attn, block.cross_attn
        self._own_weight = torch.cat([own.query.weight, own.key.weight, own.value.weight])
        no_bias = torch.zeros_like(own.query.bias)  # Whisper's keys have none
        self._own_bias = torch.cat([own.query.bias, no_bias, own.value.bias])
        self._own_norm, self._own_out = block.attn_ln, own.out
        self._cross, self._cross_norm = cross, block.cross_attn_ln
        self._mlp, self._mlp_norm = block.mlp, block.mlp_ln

    def project_audio(self, features: Tensor) -> tuple[Tensor, Tensor]:
        keys, values = self._cross.key(features), self._cross.value(features)
        return self._by_head(keys).contiguous(), self._by_head(values).contiguous()

    def empty_cache(self, room: int) -> Tensor:
        state = self._own_bias.shape[0] // 3
        return self._own_bias.new_empty((1, self._heads, room, state // self._heads))

    def run(self, x: Tensor, state: DecoderState, index: int) -> Tensor:
        x = x + self._attend_to_text(self._own_norm(x), state, index)
        query = self._by_head(self._cross.query(self._cross_norm(x)))
        heard = F.scaled_dot_product_attention(query, state.audio_keys[index], state.audio_values[index])
        x = x + self._cross.out(_joined(heard))
        thought: Tensor = self._mlp(self._mlp_norm(x))
        return x + thought

    def _attend_to_text(self, x: Tensor, state: DecoderState, index: int) -> Tensor:
        end = state.length + len(x)
        query, key, value = F.linear(x, self._own_weight, self._own_bias).chunk(3, dim=-1)
        keys, values = state.keys[index], state.values[index]
        keys[:, :, state.length : end] = self._by_head(key)
        values[:, :, state.length : end] = self._by_head(value)
        read = F.scaled_dot_product_attention(
            self._by_head(query), keys[:, :, :end], values[:, :, :end], is_causal=len(x) > 1
        )
        projected: Tensor = self._own_out(_joined(read))
        return projected

    def _by_head(self, x: Tensor) -> Tensor:
        """[n, state] to [1, heads, n, width]."""
        return x.view(1, len(x), self._heads, -1).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    """[1, heads, n, width] to [n, state]."""
    return x.transpose(1, 2).reshape(x.shape[2], -1)


def quantized_kernels_available() -> bool:
    """Whether this build of torch can multiply 8-bit matrices on this processor."""
    return torch.backends.quantized.engine != "none"


def _vocabulary_projection(embedding: Tensor, *, quantize: bool) -> Projection:
    if not (quantize and quantized_kernels_available()):
        return lambda x: F.linear(x, embedding)
    scales = embedding.abs().amax(dim=1).clamp_min(1e-8).double() / 127
    zeros = torch.zeros(len(embedding), dtype=torch.long)
    with warnings.catch_warnings():  # deprecated in torch 2.13 in favour of a package that needs a compiler
        warnings.simplefilter("ignore", UserWarning)
        rows = torch.quantize_per_channel(embedding, scales, zeros, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(rows, None)
    # A range of 7 bits for x: without VNNI instructions 8 bits overflow the 16-bit sums.
    return lambda x: torch.ops.quantized.linear_dynamic(x, packed, True)
