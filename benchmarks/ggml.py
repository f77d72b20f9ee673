"""Writes a Whisper model as a file that whisper.cpp reads, so that it is measured with the same weights.

The layout, little-endian, as whisper.cpp's `whisper_model_load` reads it: magic, 11 sizes, the mel filters, the
vocabulary without its special tokens, then tensor after tensor by OpenAI's names. Matrices in float16, the rest in
float32.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from torch import Tensor
from whisper.audio import N_FFT, mel_filters
from whisper.model import Whisper

from asr.recognizer import tokenizer_for

MAGIC = 0x67676D6C
F32, F16 = 0, 1
# whisper.cpp adds these to sums in float32, and the two biases along the second of two dimensions.
KEPT_F32 = ("encoder.positional_embedding", "decoder.positional_embedding")
COLUMNS = ("encoder.conv1.bias", "encoder.conv2.bias")


def write_ggml(model: Whisper, path: Path) -> None:
    """Write the model to a file. Raises OSError."""
    with path.open("wb") as file:
        dims = model.dims
        audio = (dims.n_audio_ctx, dims.n_audio_state, dims.n_audio_head, dims.n_audio_layer)
        text = (dims.n_text_ctx, dims.n_text_state, dims.n_text_head, dims.n_text_layer)
        file.write(struct.pack("<I11i", MAGIC, dims.n_vocab, *audio, *text, dims.n_mels, F16))
        file.write(struct.pack("<2i", dims.n_mels, N_FFT // 2 + 1))
        file.write(mel_filters("cpu", dims.n_mels).numpy().astype("<f4").tobytes())
        words = list(vocabulary(model))
        file.write(struct.pack("<i", len(words)))
        for word in words:
            file.write(struct.pack("<i", len(word)) + word)
        for name, tensor in model.state_dict().items():
            write_tensor(file, name, tensor)


def vocabulary(model: Whisper) -> Iterator[bytes]:
    """The tokens that stand for text, in the order of their numbers."""
    encoding = tokenizer_for(model, "en").encoding
    first_special = min(encoding._special_tokens.values())
    return (encoding.decode_single_token_bytes(token) for token in range(first_special))


def write_tensor(file: BinaryIO, name: str, tensor: Tensor) -> None:
    """One tensor: its shape from the innermost dimension outwards, its name, its type and its values."""
    values = tensor.numpy()
    if name in COLUMNS:
        values = values[:, None]
    small = values.ndim < 2 or name in (*KEPT_F32, *COLUMNS)
    encoded = name.encode()
    file.write(struct.pack("<3i", values.ndim, len(encoded), F32 if small else F16))
    file.write(struct.pack(f"<{values.ndim}i", *reversed(values.shape)))
    file.write(encoded + np.ascontiguousarray(values, "<f4" if small else "<f2").tobytes())
