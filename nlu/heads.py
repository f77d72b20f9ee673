"""A trained head on disk: tensors as safetensors beside a JSON description; nothing in it can run code."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_safetensors
from safetensors.numpy import save as save_safetensors

from nlu.errors import WeightsError
from nlu.linear import SoftmaxLayer

FORMAT = 1
TENSORS_FILE = "head.safetensors"
DESCRIPTION_FILE = "head.json"


def write_head(directory: Path, kind: str, encoder: str, layer: SoftmaxLayer, labels: list[Any]) -> None:
    """Write a head into `directory`; `labels` is a JSON list that names what the layer tells apart."""
    tensors = save_safetensors({"weights": layer.weights, "bias": layer.bias})
    description = {
        "format": FORMAT,
        "kind": kind,
        "encoder": encoder,
        "labels": labels,
        "temperature": layer.temperature,
        "sha256": hashlib.sha256(tensors).hexdigest(),
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / TENSORS_FILE).write_bytes(tensors)
    (directory / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1, ensure_ascii=False), "utf-8")


def read_head(directory: Path, kind: str, encoder: str) -> tuple[SoftmaxLayer, list[Any]]:
    """Read what `write_head` wrote; raises WeightsError when damaged or made with another encoder."""
    try:
        description = json.loads((directory / DESCRIPTION_FILE).read_text("utf-8"))
        content = (directory / TENSORS_FILE).read_bytes()
        _check(directory, description, {"format": FORMAT, "kind": kind, "encoder": encoder})
        _check(directory, description, {"sha256": hashlib.sha256(content).hexdigest()})
        tensors = load_safetensors(content)
        layer = SoftmaxLayer(tensors["weights"], tensors["bias"], float(description["temperature"]))
        labels = list(description["labels"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(f"the {kind} head in {directory} cannot be read ({error!r}): train again") from error
    if layer.weights.ndim != 2 or layer.bias.shape != layer.weights.shape[:1] or not np.isfinite(layer.weights).all():
        raise WeightsError(f"the {kind} head in {directory} has tensors of the wrong shape: train again")
    return layer, labels


def _check(directory: Path, description: dict[str, Any], expected: dict[str, Any]) -> None:
    for key, value in expected.items():
        if description[key] != value:
            raise WeightsError(
                f"the head in {directory} has {key} {description[key]!r}, expected {value!r}: train again"
            )
