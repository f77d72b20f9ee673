import struct

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from whisper.model import ModelDimensions, Whisper

from asr.errors import CheckpointError
from asr.model.checkpoint import build_model
from asr.model.ctranslate2_format import parse_ctranslate2
from tests.asr.checkpoint_writers import ctranslate2_bytes

DIMS = ModelDimensions(80, 4, 4, 1, 1, 8, 4, 4, 1, 1)
WHOLE = ctranslate2_bytes(Whisper(DIMS))
VERSION_AND_NAME = struct.pack("<IH", 6, 12) + b"WhisperSpec\0"


def test_heads_fall_back_to_whispers_width() -> None:
    dims = ModelDimensions(80, 4, 128, 2, 1, 8, 4, 192, 3, 1)
    model = Whisper(dims)
    for block in model.decoder.blocks:  # a Whisper whose two widths differ has cross attention from one to the other
        assert block.cross_attn.key.weight.shape == (192, 192)
    weights = parse_ctranslate2(ctranslate2_bytes(model, heads=False), "here")
    assert (weights.encoder_heads, weights.decoder_heads) == (2, 3)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (struct.pack("<IH", 7, 12) + b"WhisperSpec\0", "binary version 7"),
        (struct.pack("<IH", 6, 16) + b"TransformerSpec\0", "TransformerSpec"),
        (VERSION_AND_NAME + struct.pack("<IIH", 3, 1, 2) + b"a\0" + struct.pack("<BBI", 0, 9, 1) + b"x", "type 9"),
        (
            VERSION_AND_NAME + struct.pack("<IIH", 3, 1, 2) + b"a\0" + struct.pack("<BIBI", 1, 3, 0, 8) + b"x" * 8,
            "here",
        ),
        (VERSION_AND_NAME + struct.pack("<II", 3, 0), "positional_embedding"),
    ],
)
def test_what_is_wrong_is_said(content: bytes, complaint: str) -> None:
    with pytest.raises(CheckpointError, match=complaint):
        parse_ctranslate2(content, "here")


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 120))
def test_a_file_cut_anywhere_before_its_aliases_is_refused(size: int) -> None:
    with pytest.raises(CheckpointError):
        build_model(parse_ctranslate2(WHOLE[:size], "here"), "here")


def test_the_key_bias_of_zeros_is_left_out() -> None:
    names = parse_ctranslate2(WHOLE, "here").tensors
    assert "encoder.blocks.0.attn.key.weight" in names
    assert "encoder.blocks.0.attn.key.bias" not in names
    assert torch.is_tensor(names["decoder.blocks.0.cross_attn.value.bias"])
