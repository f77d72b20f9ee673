"""The file of the reader's network: weights in float16, and beside them a note with their shape and checksum."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from retrieval.errors import RetrievalError
from retrieval.reading.features import VERSION
from retrieval.reading.network import NetworkShape, ReaderNetwork

WEIGHTS, NOTE = "reader.safetensors", "reader.json"
ADVICE = "install heedful again, or run `python -m benchmarks.reader train`"


def read_network(folder: Path | None = None) -> ReaderNetwork:
    """Read the network of a folder (`None`: the one of the package).

    Raises RetrievalError when a file is missing, is not what the note says, or is of another version.
    """
    place = Path(str(files("retrieval.reading"))) if folder is None else folder
    try:
        note = json.loads((place / NOTE).read_text(encoding="utf-8"))
        content = (place / WEIGHTS).read_bytes()
        if note["version"] != VERSION:
            raise RetrievalError(f"{place / NOTE} is of version {note['version']!r}, not {VERSION}: {ADVICE}")
        if hashlib.sha256(content).hexdigest() != note["sha256"]:
            raise RetrievalError(f"{place / WEIGHTS} is damaged, its sha256 is not {note['sha256']}: {ADVICE}")
        network = ReaderNetwork(NetworkShape(**note["shape"]))
        network.load_state_dict({name: value.float() for name, value in load(content).items()})
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise RetrievalError(f"{place / WEIGHTS} cannot be read ({error}): {ADVICE}") from error
    return network


def write_network(network: ReaderNetwork, folder: Path, learnt_from: Sequence[str]) -> None:
    """Write the network and its note; equal weights give equal files."""
    content = save({name: value.to(torch.float16).contiguous() for name, value in network.state_dict().items()})
    note = {
        "version": VERSION,
        "made_by": "python -m benchmarks.reader train",
        "learnt_from": list(learnt_from),
        "sha256": hashlib.sha256(content).hexdigest(),
        "shape": asdict(network.shape),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    (folder / NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
