"""The manifest of an index: what it was built from, and the check sum of every file."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from retrieval.errors import IndexUnusableError

FILE_NAME = "manifest.json"
FORMAT = 6
REBUILD = "run `heedful index` to build it again"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of one generation of an index.

    `generation` is the folder inside the index folder; `fingerprint` is a digest of all that went in;
    `vector_search` is `exact`, or FAISS's name of the cells that are searched;
    `files` maps each file name of the generation to its SHA-256.
    """

    generation: str
    fingerprint: str
    embedder: str
    dimension: int
    documents: int
    passages: int
    vectors: int
    vector_search: str
    files: dict[str, str]
    format: int = FORMAT


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal(content: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def write_manifest(index_dir: Path, manifest: Manifest) -> None:
    """Make `manifest` the current one, in one step: a crash leaves the one before or this one, whole."""
    content = asdict(manifest)
    draft = index_dir / f"{FILE_NAME}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content | {"seal": _seal(content)}, file, indent=2, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(index_dir / FILE_NAME)
    sync_directory(index_dir)


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(index_dir: Path) -> Manifest:
    """Read and check the manifest itself. Raises IndexUnusableError, whose message says what to run."""
    path = Path(index_dir) / FILE_NAME
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise IndexUnusableError(f"no index in {index_dir}; {REBUILD}") from error
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"{path} cannot be read ({error}); {REBUILD}") from error
    seal = content.pop("seal", None) if isinstance(content, dict) else None
    if seal is None or seal != _seal(content):
        raise IndexUnusableError(f"{path} is damaged; {REBUILD}")
    if content.get("format") != FORMAT or set(content) != {field.name for field in fields(Manifest)}:
        raise IndexUnusableError(f"{path} has format {content.get('format')}, not {FORMAT}; {REBUILD}")
    return Manifest(**content)


def verify_files(index_dir: Path, manifest: Manifest) -> Path:
    """Check every file of the generation against its sum; returns the generation's folder.

    Raises IndexUnusableError when a file is missing or differs.
    """
    folder = Path(index_dir) / manifest.generation
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            actual = sha256_of(path)
        except OSError as error:
            raise IndexUnusableError(f"{path} cannot be read ({error.strerror}); {REBUILD}") from error
        if actual != expected:
            raise IndexUnusableError(f"{path} is damaged (its SHA-256 is not the one recorded); {REBUILD}")
    return folder
