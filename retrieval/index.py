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
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from retrieval.catalogue import Catalogue, CatalogueWriter
from retrieval.chunking import cut
from retrieval.document import PRODUCT, Document
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
from retrieval.progress import Progress, Untold
from retrieval.text_store import TextStore
from retrieval.vectors import VectorIndex

CATALOGUE, VECTORS = "catalogue.sqlite", "vectors.faiss"
TEXTS, MATRIX = "texts.sqlite", "vectors.f32"  # there during a build only
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


def build_index(
    documents: Iterable[Document], embedder: Embedder, index_dir: Path, progress: Progress | None = None
) -> IndexReport:
    """Build the index of `documents` in `index_dir`, or leave it as it is when it already holds just these.

    The documents are taken one at a time and kept on disk; what memory holds is a batch of texts and, in the end, the
    vectors. Whatever `documents` raises leaves the index as it was. Builders of the same folder wait for one another.
    Raises RetrievalError for no documents or ids used twice.
    """
    started = time.perf_counter()
    index_dir = Path(index_dir)
    index_dir.mkdir(parents=True, exist_ok=True)
    with _locked(index_dir), _generation(index_dir) as folder:
        previous = _current(index_dir)
        staged = _stage(documents, embedder, folder)
        if previous and previous.fingerprint == staged.fingerprint:
            return _report(previous, True, started)
        manifest = _complete(folder, staged, embedder, progress or Untold())
        write_manifest(index_dir, manifest)
        _sweep(index_dir, keep={manifest.generation, previous.generation if previous else ""})
    return _report(manifest, False, started)


def _report(manifest: Manifest, unchanged: bool, started: float) -> IndexReport:
    seconds = time.perf_counter() - started
    return IndexReport(manifest.documents, manifest.passages, manifest.vectors, unchanged, seconds)


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


def indexed_products(index_dir: Path) -> list[Document]:
    """The products of the current generation; reads nothing else, and does not check that every byte is right.

    Raises IndexUnusableError when there is no index, or none that can be read.
    """
    path = Path(index_dir) / read_manifest(index_dir).generation / CATALOGUE
    try:
        with Catalogue(path) as catalogue:
            return catalogue.documents(PRODUCT)
    except sqlite3.Error as error:
        raise IndexUnusableError(f"{path} cannot be read ({error}); {CURE}") from error


def _current(index_dir: Path) -> Manifest | None:
    """The manifest of the index that is there and whole, or None."""
    try:
        manifest = read_manifest(index_dir)
        verify_files(index_dir, manifest)
    except IndexUnusableError as error:
        logger.info("building a new index: %s", error)
        return None
    return manifest


@dataclass(frozen=True, slots=True)
class _Staged:
    """What the first pass over the documents left in a generation's folder: the catalogue and the texts to embed."""

    documents: int
    passages: int
    texts: int
    fingerprint: str


@contextmanager
def _generation(index_dir: Path) -> Iterator[Path]:
    """A new folder for a generation; removed again unless the manifest names it in the end."""
    folder = index_dir / f"generation-{uuid.uuid4().hex}"
    folder.mkdir()
    try:
        yield folder
    finally:
        current = _current_generation(index_dir)
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)


def _current_generation(index_dir: Path) -> str:
    try:
        return read_manifest(index_dir).generation
    except IndexUnusableError:
        return ""


def _stage(documents: Iterable[Document], embedder: Embedder, folder: Path) -> _Staged:
    """Write the catalogue and every text that needs a vector, and take the fingerprint on the way."""
    digest = hashlib.sha256(json.dumps([RECIPE, FORMAT, embedder.identity, embedder.dimension]).encode())
    with CatalogueWriter(folder / CATALOGUE) as writer, TextStore(folder / TEXTS) as texts:
        for document in documents:
            digest.update(json.dumps(astuple(document)).encode())
            chunks = list(cut(document))
            first = writer.add(document, chunks)
            texts.add((at, text) for at, chunk in enumerate(chunks, first) for text in chunk.meanings)
        if not writer.documents:
            cure = "add products, FAQ, policies or reviews to the knowledge folder"
            raise RetrievalError(f"no documents to index; {cure}")
        writer.finish()
        texts.finish()
        return _Staged(writer.documents, writer.passages, len(texts), digest.hexdigest())


def _complete(folder: Path, staged: _Staged, embedder: Embedder, progress: Progress) -> Manifest:
    """Embed the texts of a staged generation and make all of it durable."""
    with TextStore(folder / TEXTS) as texts:
        vectors = VectorIndex(_embedded(texts, embedder, folder / MATRIX, progress), texts.owners())
    for name in (TEXTS, MATRIX):
        (folder / name).unlink()
    vectors.save(folder / VECTORS)
    for name in (CATALOGUE, VECTORS):
        _sync_file(folder / name)
    sync_directory(folder)
    files = {name: sha256_of(folder / name) for name in (CATALOGUE, VECTORS)}
    return Manifest(
        folder.name,
        staged.fingerprint,
        embedder.identity,
        embedder.dimension,
        staged.documents,
        staged.passages,
        len(vectors),
        files,
    )


def _embedded(texts: TextStore, embedder: Embedder, path: Path, progress: Progress) -> Vectors:
    """The vectors of all texts, float32 [n, dimension], in a file that is mapped into memory."""
    vectors: Vectors = np.memmap(path, np.float32, "w+", shape=(len(texts), embedder.dimension))
    progress.begin("embedding", len(texts), "text")
    for rows, batch in texts.by_length(EMBED_BATCH):
        vectors[rows] = embedder.embed(batch)
        progress.advance(len(batch))
    return vectors


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
