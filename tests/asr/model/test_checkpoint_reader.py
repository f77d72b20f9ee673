"""The layouts of OpenAI and Hugging Face, by their files."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from whisper.model import Whisper

from asr.errors import CheckpointError
from asr.model.checkpoint_reader import (
    is_hugging_face_folder,
    read_hugging_face_folder,
    read_openai_file,
    rename_hugging_face,
)
from tests.asr.checkpoint_writers import write_hugging_face, write_openai


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("model.encoder.conv1.weight", "encoder.conv1.weight"),
        ("model.encoder.embed_positions.weight", "encoder.positional_embedding"),
        ("model.encoder.layers.3.self_attn.q_proj.bias", "encoder.blocks.3.attn.query.bias"),
        ("model.encoder.layers.11.final_layer_norm.weight", "encoder.blocks.11.mlp_ln.weight"),
        ("model.encoder.layer_norm.bias", "encoder.ln_post.bias"),
        ("model.decoder.embed_tokens.weight", "decoder.token_embedding.weight"),
        ("model.decoder.layers.0.encoder_attn.k_proj.weight", "decoder.blocks.0.cross_attn.key.weight"),
        ("model.decoder.layers.0.encoder_attn_layer_norm.bias", "decoder.blocks.0.cross_attn_ln.bias"),
        ("model.decoder.layers.0.self_attn_layer_norm.bias", "decoder.blocks.0.attn_ln.bias"),
        ("model.decoder.layers.0.self_attn.out_proj.weight", "decoder.blocks.0.attn.out.weight"),
        ("model.decoder.layers.0.fc1.weight", "decoder.blocks.0.mlp.0.weight"),
        ("model.decoder.layers.0.fc2.weight", "decoder.blocks.0.mlp.2.weight"),
        ("model.decoder.layer_norm.weight", "decoder.ln.weight"),
    ],
)
def test_a_parameter_of_transformers_gets_openais_name(theirs: str, ours: str) -> None:
    assert rename_hugging_face(theirs) == ours
    assert rename_hugging_face(theirs.removeprefix("model.")) == ours  # as older folders have it


@pytest.mark.parametrize("layout", ["safetensors", "shards", "pickle"])
def test_a_folder_holds_every_parameter_once(small_model: Whisper, tmp_path: Path, layout: str) -> None:
    folder = write_hugging_face(small_model, tmp_path, layout=layout)
    assert is_hugging_face_folder(folder)
    weights = read_hugging_face_folder(folder)
    assert set(weights.tensors) == set(small_model.state_dict())
    assert (weights.encoder_heads, weights.decoder_heads) == (2, 2)


@pytest.mark.parametrize("layout", ["openai", "safetensors", "pickle"])
def test_half_precision_is_widened(small_model: Whisper, tmp_path: Path, layout: str) -> None:
    half = small_model.half()
    if layout == "openai":
        weights = read_openai_file(write_openai(half, tmp_path / "model.pt"))
    else:
        weights = read_hugging_face_folder(write_hugging_face(half, tmp_path, layout=layout))
    for name, tensor in half.state_dict().items():
        torch.testing.assert_close(weights.tensors[name], tensor.float(), rtol=0, atol=0)


def test_the_two_numbers_of_heads_are_kept_apart(small_model: Whisper, tmp_path: Path) -> None:
    dims = vars(small_model.dims) | {"n_audio_head": 4, "n_text_head": 8}
    torch.save({"dims": dims, "model_state_dict": small_model.state_dict()}, tmp_path / "model.pt")
    weights = read_openai_file(tmp_path / "model.pt")
    assert (weights.encoder_heads, weights.decoder_heads) == (4, 8)
    folder = write_hugging_face(small_model, tmp_path, layout="safetensors")
    (folder / "config.json").write_text('{"encoder_attention_heads": 4, "decoder_attention_heads": 8}')
    weights = read_hugging_face_folder(folder)
    assert (weights.encoder_heads, weights.decoder_heads) == (4, 8)


def test_a_folder_without_weights_is_none_of_hugging_faces(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.bin").write_bytes(b"of CTranslate2")
    assert not is_hugging_face_folder(tmp_path)


@pytest.mark.parametrize(
    "index", ["{", "[]", "{}", '{"weight_map": 5}', '{"weight_map": {}}', '{"weight_map": {"a": 5}}']
)
def test_an_index_of_shards_that_is_none_is_named(tmp_path: Path, index: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(CheckpointError, match=r"model\.safetensors\.index\.json"):
        read_hugging_face_folder(tmp_path)


@pytest.mark.parametrize("config", [None, {}, {"encoder_attention_heads": 2}, {"encoder_attention_heads": None}])
def test_a_config_without_the_heads_is_refused(small_model: Whisper, tmp_path: Path, config: object) -> None:
    folder = write_hugging_face(small_model, tmp_path, layout="safetensors")
    (folder / "config.json").unlink()
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=tmp_path.name):
        read_hugging_face_folder(folder)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"gone\.pt"):
        read_openai_file(tmp_path / "gone.pt")


def test_the_output_layer_that_shares_its_weights_is_left_out(small_model: Whisper, tmp_path: Path) -> None:
    folder = write_hugging_face(small_model, tmp_path, layout="safetensors")
    save_file({"proj_out.weight": torch.zeros(2, 2)}, folder / "model.safetensors")
    assert read_hugging_face_folder(folder).tensors == {}
