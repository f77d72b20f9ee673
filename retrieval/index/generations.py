"""The folders of an index's generations: one is current, one may be in the making, others stay while they are read."""

import fcntl
import logging
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import IndexUnusableError
from retrieval.index.manifest import Manifest, read_manifest, sha256_of, sync_directory, write_manifest

logger = logging.getLogger(__name__)


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
    """Make a sealed generation the current one. Who still reads an older one keeps it; the others go, and what crashed
    builds left behind.
    """
    write_manifest(index_dir, manifest)
    _remove_unread(index_dir)


def hold(folder: Path) -> int:
    """Keep a generation from being removed until the descriptor that this returns is given to `release`."""
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    return held


def release(held: int, folder: Path) -> None:
    """Let go of a generation; where another has taken its place and nobody else reads it, it is removed."""
    os.close(held)
    if folder.name == _current(folder.parent):
        return
    try:
        with _locked(folder.parent, fcntl.LOCK_NB):
            _remove_unread(folder.parent)
    except BlockingIOError:
        return  # who builds there at this moment does it in the end
    except OSError as error:
        logger.warning("%s stays on disk until the next change: %s", folder, error)


def _remove_unread(index_dir: Path) -> None:
    """Remove all generations but the current one and those that are held."""
    current = _current(index_dir)
    for folder in index_dir.glob("generation-*") if current else ():
        if folder.name != current:
            _remove_unless_held(folder)


def _remove_unless_held(folder: Path) -> None:
    tried = os.open(folder, os.O_RDONLY)
    try:
        # Locked until it is gone, so that who comes to read it waits, and finds nothing.
        fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except BlockingIOError:
        return
    finally:
        os.close(tried)


def _current(index_dir: Path) -> str:
    try:
        return read_manifest(index_dir).generation
    except IndexUnusableError:
        return ""


@contextmanager
def _locked(index_dir: Path, or_not: int = 0) -> Iterator[None]:
    """Let nobody else build; waits for who does, or with LOCK_NB raises BlockingIOError."""
    with (index_dir / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | or_not)
        yield
