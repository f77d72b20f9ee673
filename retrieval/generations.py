"""The folders of an index's generations: one is current, one may be in the making, one is kept for its last readers."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import IndexUnusableError
from retrieval.manifest import Manifest, read_manifest, sha256_of, sync_directory, write_manifest


@contextmanager
def new_generation(index_dir: Path) -> Iterator[Path]:
    """A new folder for a generation; removed again unless the manifest names it in the end.

    Whoever else wants to build in `index_dir` waits meanwhile.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    with _locked(index_dir):
        folder = index_dir / f"generation-{uuid.uuid4().hex}"
        folder.mkdir()
        try:
            yield folder
        finally:
            if folder.name != _current(index_dir):
                shutil.rmtree(folder, ignore_errors=True)


def seal(folder: Path) -> dict[str, str]:
    """Make every file of a generation durable; returns their check sums."""
    files = sorted(folder.iterdir())
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    sync_directory(folder)
    return {path.name: sha256_of(path) for path in files}


def take_over(index_dir: Path, manifest: Manifest) -> None:
    """Make a sealed generation the current one. The one before stays, and who still reads an older one keeps it;
    the others go, and what crashed builds left behind.
    """
    before = _current(index_dir)
    write_manifest(index_dir, manifest)
    for folder in index_dir.glob("generation-*"):
        if folder.name not in (manifest.generation, before) and not _is_held(folder):
            shutil.rmtree(folder)


def hold(folder: Path) -> int:
    """Keep a generation from being removed until the descriptor that this returns is closed."""
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def _is_held(folder: Path) -> bool:
    tried = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(tried)
    return False


def _current(index_dir: Path) -> str:
    try:
        return read_manifest(index_dir).generation
    except IndexUnusableError:
        return ""


@contextmanager
def _locked(index_dir: Path) -> Iterator[None]:
    with (index_dir / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
