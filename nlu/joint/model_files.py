"""A trained model on disk: tensors as safetensors and a JSON description; nothing in it can run code."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_safetensors
from safetensors.numpy import save as save_safetensors

from nlu.errors import WeightsError

FORMAT = 2
TENSORS_FILE = "joint.safetensors"
DESCRIPTION_FILE = "joint.json"

Tensors = Mapping[str, NDArray[np.float32]]


def write_model(directory: Path, encoder: str, tensors: Tensors, content: Mapping[str, Any]) -> None:
    """Write a model into `directory`; `content` is JSON that says what the tensors are, `encoder` whose they are."""
    packed = save_safetensors({name: np.ascontiguousarray(value) for name, value in tensors.items()})
    sha256 = hashlib.sha256(packed).hexdigest()
    description = {"format": FORMAT, "encoder": encoder, "sha256": sha256, "content": content}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / TENSORS_FILE).write_bytes(packed)
    (directory / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1, ensure_ascii=False), "utf-8")


def read_model(directory: Path, encoder: str) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    """Tensors and content as `write_model` wrote them; raises WeightsError when damaged or another encoder's."""
    with unreadable(directory):
        description = json.loads((directory / DESCRIPTION_FILE).read_text("utf-8"))
        packed = (directory / TENSORS_FILE).read_bytes()
        expected = {"format": FORMAT, "encoder": encoder, "sha256": hashlib.sha256(packed).hexdigest()}
        for key, value in expected.items():
            if description[key] != value:
                raise WeightsError(
                    f"the model in {directory} has {key} {description[key]!r}, expected {value!r}: train again"
                )
        tensors = load_safetensors(packed)
        for name, value in tensors.items():
            if not np.isfinite(value).all():
                raise WeightsError(f"the model in {directory} has no numbers in {name}: train again")
        return tensors, dict(description["content"])


@contextmanager
def unreadable(directory: Path) -> Iterator[None]:
    """Tell whatever a damaged file leads to as a WeightsError."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError, SafetensorError) as error:
        raise WeightsError(f"the model in {directory} cannot be read ({error!r}): train again") from error
