"""Hears: the samples of windows to Whisper's audio features, over no more context than the audio needs.

Whisper always looks at 30 seconds; an utterance is shorter. The encoder here sees the audio and the silence behind it
up to `positions`, with the positional embedding cut to the same length.
"""

from collections.abc import Sequence
from math import ceil

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from asr.model.layers import convolution, layer_norm, linear, stacked_projections
from asr.model.numerics import Numerics
from asr.reference_whisper import HOP_LENGTH, SAMPLE_RATE, ResidualAttentionBlock, Whisper, log_mel_spectrogram
from asr.samples import Samples

POSITIONS_PER_SECOND: int = SAMPLE_RATE // (2 * HOP_LENGTH)  # 50: the second convolution halves the 10 ms frames


def context_positions(duration_seconds: float, margin_seconds: float, min_seconds: float) -> int:
    """How many encoder positions audio of this length needs, in whole seconds.

    For each length it meets, oneDNN compiles kernels and keeps them: a few lengths cost less time and memory than all.
    """
    return ceil(max(duration_seconds + margin_seconds, min_seconds)) * POSITIONS_PER_SECOND


class ContextEncoder:
    """The encoder of a loaded model, for any context; immutable, and safe to share between threads.

    It holds the weights in the format that `numerics` names.
    """

    def __init__(self, model: Whisper, numerics: Numerics) -> None:
        encoder, place = model.encoder, (numerics.device, numerics.encoder)
        self.full_context: int = model.dims.n_audio_ctx
        self._mels = model.dims.n_mels
        self._place = place
        self._convolutions = [convolution(layer, *place) for layer in (encoder.conv1, encoder.conv2)]
        self._positional = encoder.positional_embedding.to(*place)
        self._layers = [_Layer(block, *place) for block in encoder.blocks]
        self._norm = layer_norm(encoder.ln_post, *place)

    @torch.inference_mode()
    def encode(self, windows: Sequence[Samples], positions: int) -> Tensor:
        """Audio features, [windows, positions, state], of `windows`: float32 [n] each, mono 16 kHz.

        Shorter audio is followed by silence, longer audio is cut; `positions` is limited to what the model has.
        """
        positions = min(positions, self.full_context)
        # One by one: whisper cuts the spectrum off below the loudest value of all that it is given at once.
        x = torch.stack([self._spectrum(samples, positions) for samples in windows]).to(*self._place)
        for convolve in self._convolutions:
            x = F.gelu(convolve(x))
        x = x.permute(0, 2, 1) + self._positional[:positions]
        for layer in self._layers:
            x = layer.run(x)
        return self._norm(x)

    def _spectrum(self, samples: Samples, positions: int) -> Tensor:
        window = np.zeros(positions * 2 * HOP_LENGTH, dtype=np.float32)
        window[: len(samples)] = samples[: len(window)]
        spectrum: Tensor = log_mel_spectrogram(torch.from_numpy(window), self._mels)
        return spectrum


class _Layer:
    """One residual block of the encoder. x is [windows, positions, state]."""

    def __init__(self, block: ResidualAttentionBlock, device: torch.device, dtype: torch.dtype) -> None:
        own, widen, narrow = block.attn, block.mlp[0], block.mlp[2]
        self._heads: int = own.n_head
        self._norm = layer_norm(block.attn_ln, device, dtype)
        self._project = linear(*stacked_projections(own), device, dtype)
        self._out = linear(own.out.weight, own.out.bias, device, dtype)
        self._mlp_norm = layer_norm(block.mlp_ln, device, dtype)
        self._widen = linear(widen.weight, widen.bias, device, dtype)
        self._narrow = linear(narrow.weight, narrow.bias, device, dtype)

    def run(self, x: Tensor) -> Tensor:
        x = x + self._out(self._attend(self._project(self._norm(x))))
        return x + self._narrow(F.gelu(self._widen(self._mlp_norm(x))))

    def _attend(self, projected: Tensor) -> Tensor:
        windows, positions, width = projected.shape
        query, key, value = projected.view(windows, positions, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(query, key, value)
        return seen.transpose(1, 2).reshape(windows, positions, width // 3)
