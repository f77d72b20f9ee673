"""Whisper's text decoder, one step at a time over a key and value cache that is allocated once.

The query, key and value projections are stacked into one matrix, and the matrices that a step multiplies by may be held
in 8 bits. Several windows are decoded side by side as rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from asr.model.layers import Function, as_half, layer_norm, linear, linear_in_eight_bits, stacked_projections
from asr.model.numerics import Numerics
from asr.reference_whisper import ResidualAttentionBlock, Whisper


@dataclass(slots=True)
class DecoderState:
    """Decodings in progress, one a row: the keys and values of every layer, and how many tokens are in."""

    audio_keys: list[Tensor]  # per layer [rows, heads, audio positions, width]
    audio_values: list[Tensor]
    keys: list[Tensor]  # per layer [rows, heads, room, width], filled up to the row's length
    values: list[Tensor]
    lengths: list[int]  # of each row; shorten one to take tokens back

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone, in this order; one that is named several times is the beginning of several.

        The rows of one window stand side by side, as many for each.
        """
        if list(rows) == list(range(len(self.lengths))):
            return
        texts = len(self.lengths) // len(self.audio_keys[0])
        windows = list(dict.fromkeys(row // texts for row in rows))
        if windows != list(range(len(self.audio_keys[0]))):
            self._pick(windows, self.audio_keys, self.audio_values)
        self._pick(rows, self.keys, self.values)
        self.lengths = [self.lengths[row] for row in rows]

    def _pick(self, rows: Sequence[int], *caches: list[Tensor]) -> None:
        index = torch.tensor(rows, device=self.keys[0].device)
        for tensors in caches:
            tensors[:] = [tensor[index] for tensor in tensors]


class CachedDecoder:
    """The decoder of a loaded model; immutable, and safe to share between threads."""

    def __init__(self, model: Whisper, numerics: Numerics) -> None:
        decoder, place = model.decoder, (numerics.device, numerics.decoder)
        self.text_context: int = model.dims.n_text_ctx
        weights = decoder.token_embedding.weight.to(*place)
        self._embedding = as_half(weights) if numerics.quantized else weights
        self._positions: Tensor = decoder.positional_embedding.to(*place)
        self._layers = [_Layer(block, numerics) for block in decoder.blocks]
        self._norm = layer_norm(decoder.ln, *place)
        self._project = _linear(weights, None, numerics)

    @torch.inference_mode()
    def start(self, features: Tensor, room: int) -> DecoderState:
        """A decoding of the audio `features`, [rows, positions, state], of at most `room` tokens a row."""
        audio = [layer.project_audio(features) for layer in self._layers]
        empty = [layer.empty_cache(len(features), room, self._positions) for layer in self._layers]
        return DecoderState(
            audio_keys=[keys for keys, _ in audio],
            audio_values=[values for _, values in audio],
            keys=[torch.zeros_like(cache) for cache in empty],
            values=empty,
            lengths=[0] * len(features),
        )

    @torch.inference_mode()
    def step(self, state: DecoderState, tokens: Sequence[Sequence[int]]) -> Tensor:
        """Logits, float32 [rows, n, vocabulary] on the CPU, after each of the next n tokens of every row.

        More than one token a row only at the start.
        """
        place = _Place(state.lengths, len(tokens[0]), self._positions.device)
        embedded = self._embedding[torch.tensor(tokens, device=self._positions.device)]
        x = embedded.to(self._positions.dtype) + self._positions[place.index]
        for index, layer in enumerate(self._layers):
            x = layer.run(x, state, index, place)
        state.lengths = [length + len(tokens[0]) for length in state.lengths]
        return self._project(self._norm(x)).float().cpu()


class _Place:
    """Where in the text the next tokens of each row stand."""

    def __init__(self, lengths: Sequence[int], count: int, device: torch.device) -> None:
        self.end = max(lengths) + count
        self.index: slice | Tensor = slice(lengths[0], self.end)
        self.mask: Tensor | None = None
        self.causal = count > 1
        if min(lengths) < max(lengths):  # one token a row, each at its own place
            self.index = torch.tensor(lengths, device=device)[:, None]
            self.mask = (torch.arange(self.end, device=device) <= self.index)[:, None, None]

    def write(self, cache: Tensor, new: Tensor) -> Tensor:
        """Put `new`, [rows, heads, n, width], into its place; returns all that is in the cache up to there."""
        if isinstance(self.index, slice):
            cache[:, :, self.index] = new
        else:
            cache[torch.arange(len(cache), device=cache.device), :, self.index[:, 0]] = new[:, :, 0]
        return cache[:, :, : self.end]


class _Layer:
    """One residual block of the decoder. x is [rows, n, state]."""

    def __init__(self, block: ResidualAttentionBlock, numerics: Numerics) -> None:
        own, cross, place = block.attn, block.cross_attn, (numerics.device, numerics.decoder)
        self._heads: int = own.n_head
        self._dtype = numerics.decoder
        self._norm, self._cross_norm, self._mlp_norm = (
            layer_norm(norm, *place) for norm in (block.attn_ln, block.cross_attn_ln, block.mlp_ln)
        )
        self._project = _linear(*stacked_projections(own), numerics)
        self._out, self._cross_query, self._cross_out, self._widen, self._narrow = (
            _linear(part.weight, part.bias, numerics)
            for part in (own.out, cross.query, cross.out, block.mlp[0], block.mlp[2])
        )
        self._audio_key, self._audio_value = (
            linear(part.weight, part.bias, numerics.device, numerics.encoder) for part in (cross.key, cross.value)
        )

    def project_audio(self, features: Tensor) -> tuple[Tensor, Tensor]:
        # In the decoder's format: on a CPU, attention over bfloat16 takes eight times as long for a single query.
        keys, values = (project(features).to(self._dtype) for project in (self._audio_key, self._audio_value))
        return self._by_head(keys).contiguous(), self._by_head(values).contiguous()

    def empty_cache(self, rows: int, room: int, like: Tensor) -> Tensor:
        # Zeros: what a row has not filled yet is masked, but no mask makes up for a NaN among leftovers in memory.
        return like.new_zeros((rows, self._heads, room, like.shape[-1] // self._heads))

    def run(self, x: Tensor, state: DecoderState, index: int, place: _Place) -> Tensor:
        x = x + self._attend_to_text(x, state.keys[index], state.values[index], place)
        x = x + self._attend_to_audio(x, state.audio_keys[index], state.audio_values[index])
        return x + self._narrow(F.gelu(self._widen(self._mlp_norm(x))))

    def _attend_to_text(self, x: Tensor, keys: Tensor, values: Tensor, place: _Place) -> Tensor:
        query, key, value = (self._by_head(part) for part in self._project(self._norm(x)).chunk(3, dim=-1))
        keys, values = place.write(keys, key), place.write(values, value)
        read = F.scaled_dot_product_attention(query, keys, values, attn_mask=place.mask, is_causal=place.causal)
        return self._out(_joined(read))

    def _attend_to_audio(self, x: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """All texts of a window look at the same audio."""
        texts = self._cross_query(self._cross_norm(x)).view(len(keys), -1, x.shape[-1])
        heard = F.scaled_dot_product_attention(self._by_head(texts), keys, values)
        return self._cross_out(_joined(heard).view(x.shape))

    def _by_head(self, x: Tensor) -> Tensor:
        """[rows, n, state] to [rows, heads, n, width]."""
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    """[rows, heads, n, width] to [rows, n, state]."""
    return x.transpose(1, 2).flatten(2)


def _linear(weight: Tensor, bias: Tensor | None, numerics: Numerics) -> Function:
    if numerics.quantized:
        return linear_in_eight_bits(weight.float(), None if bias is None else bias.float())
    return linear(weight, bias, numerics.device, numerics.decoder)
