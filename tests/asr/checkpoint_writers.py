"""Writes a Whisper model in the layouts of others, so that the readers can be tried on any model."""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn
from whisper.model import ResidualAttentionBlock, Whisper

FLOAT32, INT8, INT16, FLOAT16, BFLOAT16 = 0, 1, 2, 4, 5

_TO_HUGGING_FACE = (
    ("encoder.ln_post.", "encoder.layer_norm."),
    ("decoder.ln.", "decoder.layer_norm."),
    (".token_embedding.", ".embed_tokens."),
    (".positional_embedding", ".embed_positions.weight"),
    (".blocks.", ".layers."),
    (".cross_attn_ln.", ".encoder_attn_layer_norm."),
    (".attn_ln.", ".self_attn_layer_norm."),
    (".cross_attn.", ".encoder_attn."),
    (".attn.", ".self_attn."),
    (".mlp_ln.", ".final_layer_norm."),
    (".query.", ".q_proj."),
    (".key.", ".k_proj."),
    (".value.", ".v_proj."),
    (".out.", ".out_proj."),
    (".mlp.0.", ".fc1."),
    (".mlp.2.", ".fc2."),
)


def write_openai(model: Whisper, path: Path) -> Path:
    torch.save({"dims": vars(model.dims), "model_state_dict": model.state_dict()}, path)
    return path


def write_hugging_face(model: Whisper, folder: Path, *, layout: str) -> Path:
    """`layout` is safetensors, shards or pickle."""
    tensors = hugging_face_tensors(model)
    if layout == "safetensors":
        save_file(tensors, folder / "model.safetensors")
    elif layout == "pickle":
        torch.save({**tensors, "proj_out.weight": model.decoder.token_embedding.weight}, folder / "pytorch_model.bin")
    else:
        _write_shards(tensors, folder)
    config = {
        "encoder_attention_heads": model.dims.n_audio_head,
        "decoder_attention_heads": model.dims.n_text_head,
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def hugging_face_tensors(model: Whisper) -> dict[str, Tensor]:
    tensors = {}
    for name, tensor in model.state_dict().items():
        for ours, theirs in _TO_HUGGING_FACE:
            name = name.replace(ours, theirs)
        tensors[f"model.{name}"] = tensor.clone()
    return tensors


def _write_shards(tensors: dict[str, Tensor], folder: Path) -> None:
    names = sorted(tensors)
    halves = {"model-1.safetensors": names[::2], "model-2.safetensors": names[1::2]}
    for file, part in halves.items():
        save_file({name: tensors[name] for name in part}, folder / file)
    weight_map = {name: file for file, part in halves.items() for name in part}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))


def write_ctranslate2(model: Whisper, folder: Path, *, type_code: int = FLOAT32, heads: bool = True) -> Path:
    (folder / "model.bin").write_bytes(ctranslate2_bytes(model, type_code=type_code, heads=heads))
    return folder


def ctranslate2_bytes(model: Whisper, *, type_code: int = FLOAT32, heads: bool = True) -> bytes:
    variables = [
        variable
        for name, tensor in _ctranslate2_tensors(model).items()
        for variable in _variables(name, tensor, type_code if tensor.ndim == 2 or type_code > INT16 else FLOAT32)
    ]
    if heads:
        for stack, count in (("encoder", model.dims.n_audio_head), ("decoder", model.dims.n_text_head)):
            variables.append(_variable(f"{stack}/num_heads", np.array(count, dtype="<i2"), INT16))
    header = struct.pack("<I", 6) + _text("WhisperSpec") + struct.pack("<II", 3, len(variables))
    alias = struct.pack("<I", 1) + _text("decoder/projection/weight") + _text("decoder/embeddings/weight")
    return header + b"".join(variables) + alias


def _ctranslate2_tensors(model: Whisper) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for stack, norm in (("encoder", "ln_post"), ("decoder", "ln")):
        part = getattr(model, stack)
        tensors[f"{stack}/position_encodings/encodings"] = part.positional_embedding
        tensors |= _norm(f"{stack}/layer_norm", getattr(part, norm))
        for index, block in enumerate(part.blocks):
            tensors |= _block(f"{stack}/layer_{index}", block)
    for name in ("conv1", "conv2"):
        tensors |= _stacked(f"encoder/{name}", getattr(model.encoder, name))
    tensors["decoder/embeddings/weight"] = model.decoder.token_embedding.weight
    return tensors


def _block(prefix: str, block: ResidualAttentionBlock) -> dict[str, Tensor]:
    own, cross, mlp = block.attn, block.cross_attn, block.mlp
    tensors = _stacked(f"{prefix}/self_attention/linear_0", own.query, own.key, own.value)
    tensors |= _stacked(f"{prefix}/self_attention/linear_1", own.out)
    tensors |= _norm(f"{prefix}/self_attention/layer_norm", block.attn_ln)
    tensors |= _stacked(f"{prefix}/ffn/linear_0", mlp[0]) | _stacked(f"{prefix}/ffn/linear_1", mlp[2])
    tensors |= _norm(f"{prefix}/ffn/layer_norm", block.mlp_ln)
    if cross is not None:
        tensors |= _stacked(f"{prefix}/attention/linear_0", cross.query)
        tensors |= _stacked(f"{prefix}/attention/linear_1", cross.key, cross.value)
        tensors |= _stacked(f"{prefix}/attention/linear_2", cross.out)
        tensors |= _norm(f"{prefix}/attention/layer_norm", block.cross_attn_ln)
    return tensors


def _stacked(prefix: str, *layers: nn.Linear | nn.Conv1d) -> dict[str, Tensor]:
    rows = [layer.bias if layer.bias is not None else torch.zeros(len(layer.weight)) for layer in layers]
    return {
        f"{prefix}/weight": torch.cat([layer.weight for layer in layers]),
        f"{prefix}/bias": torch.cat(rows),
    }


def _norm(prefix: str, norm: nn.LayerNorm) -> dict[str, Tensor]:
    return {f"{prefix}/gamma": norm.weight, f"{prefix}/beta": norm.bias}


def _variables(name: str, tensor: Tensor, type_code: int) -> list[bytes]:
    values = tensor.detach().numpy()
    if type_code == INT8 and name.endswith("/weight"):
        scale = 127 / np.abs(values).max(axis=1)
        quantised = np.rint(values * scale[:, None]).astype("<i1")
        return [_variable(name, quantised, INT8), _variable(f"{name}_scale", scale.astype("<f4"), FLOAT32)]
    if type_code == INT16 and name.endswith("/weight"):
        scale = np.float32(2**10 / np.abs(values).max())
        quantised = np.rint(values * scale).astype("<i2")
        return [_variable(name, quantised, INT16), _variable(f"{name}_scale", np.array(scale, "<f4"), FLOAT32)]
    if type_code == BFLOAT16:
        return [_variable(name, (values.view("<u4") >> 16).astype("<u2"), BFLOAT16)]
    if type_code == FLOAT16:
        return [_variable(name, values.astype("<f2"), FLOAT16)]
    return [_variable(name, values.astype("<f4"), FLOAT32)]


def _variable(name: str, values: NDArray[np.generic], type_code: int) -> bytes:
    shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return _text(name) + shape + struct.pack("<BI", type_code, values.nbytes) + values.tobytes()


def _text(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"
