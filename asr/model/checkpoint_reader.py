"""Reads Whisper weights in OpenAI's and Hugging Face's layouts into the names of OpenAI's model.

No reader runs code from the file.
"""

import json
import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from asr.errors import CheckpointError

HEAD_WIDTH = 64  # of every published Whisper; used where a file does not tell the number of heads
CURE = "download or install it again"


@dataclass(frozen=True, slots=True)
class Weights:
    """Float32 tensors by the names of `whisper.model.Whisper`, and the two numbers that no shape tells."""

    tensors: Mapping[str, Tensor]
    encoder_heads: int
    decoder_heads: int


def read_openai_file(path: Path) -> Weights:
    """The weights of a `.pt` file. Raises CheckpointError when it is damaged or something else."""
    content = _load_torch_file(path)
    try:
        dims, tensors = content["dims"], content["model_state_dict"]
        heads = int(dims["n_audio_head"]), int(dims["n_text_head"])
        return Weights({name: tensor.float() for name, tensor in tensors.items()}, *heads)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path} is not an OpenAI Whisper checkpoint ({error!r}); {CURE}") from error


def read_hugging_face_folder(folder: Path) -> Weights:
    """The weights of a `transformers` Whisper folder.

    It holds `config.json` and `model.safetensors`, whole or in shards, or `pytorch_model.bin`. Raises CheckpointError
    when a file is missing, damaged or something else.
    """
    config = _read_json(folder / "config.json")
    tensors: dict[str, Tensor] = {}
    for path in _hugging_face_files(folder):
        tensors.update(_load_safetensors(path) if path.suffix == ".safetensors" else _load_torch_file(path))
    try:
        heads = int(config["encoder_attention_heads"]), int(config["decoder_attention_heads"])
        named = {name: tensor.float() for name, tensor in tensors.items() if name != "proj_out.weight"}
        return Weights({rename_hugging_face(name): tensor for name, tensor in named.items()}, *heads)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{folder} is not a Hugging Face Whisper folder ({error!r}); {CURE}") from error


def is_hugging_face_folder(folder: Path) -> bool:
    """Whether the folder holds weights under one of Hugging Face's file names."""
    return bool(_hugging_face_files(folder))


_HUGGING_FACE_NAMES = (
    (r"^model\.", ""),
    (r"\.embed_tokens\.", ".token_embedding."),
    (r"\.embed_positions\.weight$", ".positional_embedding"),
    (r"\.layers\.", ".blocks."),
    (r"\.self_attn\.", ".attn."),
    (r"\.encoder_attn\.", ".cross_attn."),
    (r"\.self_attn_layer_norm\.", ".attn_ln."),
    (r"\.encoder_attn_layer_norm\.", ".cross_attn_ln."),
    (r"\.final_layer_norm\.", ".mlp_ln."),
    (r"^encoder\.layer_norm\.", "encoder.ln_post."),
    (r"^decoder\.layer_norm\.", "decoder.ln."),
    (r"\.q_proj\.", ".query."),
    (r"\.k_proj\.", ".key."),
    (r"\.v_proj\.", ".value."),
    (r"\.out_proj\.", ".out."),
    (r"\.fc1\.", ".mlp.0."),
    (r"\.fc2\.", ".mlp.2."),
)


def rename_hugging_face(name: str) -> str:
    """OpenAI's name of a parameter that `transformers` calls `name`."""
    for pattern, replacement in _HUGGING_FACE_NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def _hugging_face_files(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        return [folder / name for name in _shard_names(index)]
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return [folder / name]
    return []


def _shard_names(index: Path) -> list[str]:
    weight_map = _read_json(index).get("weight_map")
    names = set(weight_map.values()) if isinstance(weight_map, dict) else set()
    if not names or not all(isinstance(name, str) for name in names):
        raise CheckpointError(f"{index} names no shards under weight_map; {CURE}")
    return sorted(names)


def _load_torch_file(path: Path) -> Mapping[str, Any]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path} cannot be read as weights ({error}); {CURE}") from error
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path} holds a {type(content).__name__}, not named tensors; {CURE}")
    return content


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read as safetensors ({error}); {CURE}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read as JSON ({error}); {CURE}") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} holds a JSON {type(content).__name__}, not an object; {CURE}")
    return content
