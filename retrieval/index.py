"""Builds an index folder in one step that either happens or does not, and opens it again.

An index folder holds `manifest.json` and one folder for each generation. A build writes a new generation
beside the current one and then replaces the manifest, which is a single rename: readers of the old
generation go on undisturbed, and a crash at any point leaves the old index whole. The generation before
the current one is kept for such readers.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from retrieval.catalogue import Catalogue, write_catalogue
from retrieval.chunking import Chunk, cut
from retrieval.document import Document
from retrieval.embedder import Embedder, Vectors
from retrieval.errors import IndexUnusableError, RetrievalError
from retrieval.manifest import (
    CURE,
    FORMAT,
    Manifest,
    read_manifest,
    sha256_of,
    sync_directory,
    verify_files,
    write_manifest,
)
from retrieval.vectors import VectorIndex

CATALOGUE, VECTORS = "catalogue.sqlite", "vectors.faiss"
EMBED_BATCH = 64
# Part of the fingerprint: raise it when the cutting into passages changes, so that old indexes are built anew.
RECIPE = 4

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a build did. `unchanged` says that the index already held exactly these documents."""

    documents: int
    passages: int
    vectors: int
    unchanged: bool
    seconds: float


def build_index(documents: Iterable[Document], embedder: Embedder, index_dir: Path) -> IndexReport:
    """Build the index of `documents` in `index_dir`, or leave it as it is when it already holds just
    these.

    Builders of the same folder wait for one another. Raises RetrievalError for no documents or ids used
    twice.
    """
    started = time.perf_counter()
    everything = list(documents)
    if not everything:
        raise RetrievalError("no documents to index; add products, FAQ, policies or reviews to the knowledge folder")
    index_dir = Path(index_dir)
    index_dir.mkdir(parents=True, exist_ok=True)
    with _locked(index_dir):
        fingerprint = _fingerprint(everything, embedder)
        current = _current(index_dir)
        unchanged = current is not None and current.fingerprint == fingerprint
        if current is None or not unchanged:
            previous, current = current, _write_generation(everything, embedder, index_dir, fingerprint)
            write_manifest(index_dir, current)
            _sweep(index_dir, keep={current.generation, previous.generation if previous else ""})
    seconds = time.perf_counter() - started
    return IndexReport(current.documents, current.passages, current.vectors, unchanged, seconds)


def open_index(index_dir: Path, embedder: Embedder) -> tuple[Catalogue, VectorIndex]:
    """Open the current generation after checking every byte of it.

    Raises IndexUnusableError when it is missing, damaged, or was built with another embedder.
    """
    manifest = read_manifest(index_dir)
    if (manifest.embedder, manifest.dimension) != (embedder.identity, embedder.dimension):
        raise IndexUnusableError(
            f"{index_dir} was built with {manifest.embedder} ({manifest.dimension} dimensions), not with "
            f"{embedder.identity} ({embedder.dimension}); {CURE}"
        )
    folder = verify_files(index_dir, manifest)
    vectors = VectorIndex.load(folder / VECTORS)
    catalogue = Catalogue(folder / CATALOGUE)
    held = (catalogue.count("documents"), catalogue.count("passages"), len(vectors), vectors.dimension)
    if held != (manifest.documents, manifest.passages, manifest.vectors, manifest.dimension):
        catalogue.close()
        raise IndexUnusableError(f"{folder} holds {held}, not what its manifest says; {CURE}")
    return catalogue, vectors


def _current(index_dir: Path) -> Manifest | None:
    """The manifest of the index that is there and whole, or None."""
    try:
        manifest = read_manifest(index_dir)
        verify_files(index_dir, manifest)
    except IndexUnusableError as error:
        logger.info("building a new index: %s", error)
        return None
    return manifest


def _fingerprint(documents: list[Document], embedder: Embedder) -> str:
    digest = hashlib.sha256(json.dumps([RECIPE, FORMAT, embedder.identity, embedder.dimension]).encode())
    for document in documents:
        digest.update(json.dumps(astuple(document)).encode())
    return digest.hexdigest()


def _write_generation(documents: list[Document], embedder: Embedder, index_dir: Path, fingerprint: str) -> Manifest:
    generation = f"generation-{uuid.uuid4().hex}"
    folder = index_dir / generation
    folder.mkdir()
    chunks = list(chain.from_iterable(cut(document) for document in documents))
    write_catalogue(folder / CATALOGUE, documents, chunks)
    vectors = VectorIndex(*_embed(chunks, embedder))
    vectors.save(folder / VECTORS)
    for name in (CATALOGUE, VECTORS):
        _sync_file(folder / name)
    sync_directory(folder)
    files = {name: sha256_of(folder / name) for name in (CATALOGUE, VECTORS)}
    return Manifest(
        generation,
        fingerprint,
        embedder.identity,
        embedder.dimension,
        len(documents),
        len(chunks),
        len(vectors),
        files,
    )


def _embed(chunks: list[Chunk], embedder: Embedder) -> tuple[Vectors, list[int]]:
    """Vectors of every meaning of every chunk, float32 [n, dimension], and the position each belongs to."""
    texts = [text for chunk in chunks for text in chunk.meanings]
    owners = [position for position, chunk in enumerate(chunks) for _ in chunk.meanings]
    # Texts of like length together waste the least padding.
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for start in range(0, len(order), EMBED_BATCH):
        batch = order[start : start + EMBED_BATCH]
        vectors[batch] = embedder.embed([texts[at] for at in batch])
    return vectors, owners


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sweep(index_dir: Path, keep: set[str]) -> None:
    """Remove generations that nothing refers to: old ones, and those of builds that crashed."""
    for folder in index_dir.glob("generation-*"):
        if folder.name not in keep:
            shutil.rmtree(folder)


@contextmanager
def _locked(index_dir: Path) -> Iterator[None]:
    with (index_dir / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
