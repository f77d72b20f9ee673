"""Hears: the samples of a window to Whisper's audio features, over no more context than the audio needs.

Whisper always looks at 30 seconds; an utterance is shorter. The encoder here sees the audio and the silence behind it
up to `context`, with the positional embedding cut to the same length.
"""

from math import ceil

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor
from whisper.audio import HOP_LENGTH, SAMPLE_RATE, log_mel_spectrogram
from whisper.model import AudioEncoder, Whisper

POSITIONS_PER_SECOND: int = SAMPLE_RATE // (2 * HOP_LENGTH)  # 50: the second convolution halves the 10 ms frames


def context_positions(duration_seconds: float, margin_seconds: float, min_seconds: float) -> int:
    """How many encoder positions audio of this length needs."""
    return ceil(max(duration_seconds + margin_seconds, min_seconds) * POSITIONS_PER_SECOND)


@torch.inference_mode()
def encode(model: Whisper, samples: NDArray[np.float32], positions: int) -> Tensor:
    """Audio features, float32 [positions, state], of `samples`: float32 [n] mono 16 kHz.

    Shorter audio is followed by silence, longer audio is cut; `positions` is limited to what the model has.
    """
    positions = min(positions, model.dims.n_audio_ctx)
    wanted = positions * 2 * HOP_LENGTH
    window = np.zeros(wanted, dtype=np.float32)
    window[: len(samples)] = samples[:wanted]
    mel = log_mel_spectrogram(torch.from_numpy(window), model.dims.n_mels)
    return _run_encoder(model.encoder, mel[None])[0]


def _run_encoder(encoder: AudioEncoder, mel: Tensor) -> Tensor:
    """`AudioEncoder.forward` without its assertion that the window is full. mel: [1, mels, 2 * positions]."""
    x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
    x = x + encoder.positional_embedding[: x.shape[1]]
    for block in encoder.blocks:
        x = block(x)
    features: Tensor = encoder.ln_post(x)
    return features
