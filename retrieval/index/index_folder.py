"""Builds an index folder in one step that either happens or does not, and opens it again.

An index folder holds `manifest.json` and one folder for each generation. A build writes a new generation
next to the current one and then replaces the manifest, which is a single rename: readers of the old
generation go on undisturbed, and a crash at any point leaves the old index whole.
"""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from retrieval.document import CONCEPT, Document
from retrieval.embedder import Embedder
from retrieval.errors import IndexUnusableError, RetrievalError
from retrieval.index.catalogue import CATALOGUE, Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut
from retrieval.index.embedding import KnownVectors, write_vectors
from retrieval.index.generations import new_generation, seal, take_over
from retrieval.index.manifest import FORMAT, REBUILD, Manifest, read_manifest, verify_files
from retrieval.index.text_store import TextStore
from retrieval.index.vectors import VectorIndex, write_cells
from retrieval.options import IndexOptions
from retrieval.passage import Passage
from retrieval.progress import Progress, Untold

TEXTS = "texts.sqlite"  # there during a build only
# Part of the fingerprint: raise it when the cutting into passages changes, so that old indexes are built anew.
RECIPE = 6

_T = TypeVar("_T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The outcome of a build. `unchanged` says that the index already held exactly these documents.

    `embedded` counts the texts whose vector the index did not have before; `vector_search` is `exact`, or FAISS's name
    of the cells that are searched.
    """

    documents: int
    passages: int
    vectors: int
    embedded: int
    vector_search: str
    unchanged: bool
    seconds: float


def build_index(
    documents: Iterable[Document],
    embedder: Embedder,
    index_dir: Path,
    progress: Progress | None = None,
    options: IndexOptions | None = None,
) -> IndexReport:
    """Build the index of `documents` in `index_dir`, or leave it as it is when it already holds just these.

    The documents are taken one at a time and kept on disk; texts that the index had before keep their vectors.
    Whatever `documents` raises leaves the index as it was. Builders of the same folder wait for one another.
    Raises RetrievalError for no documents or ids used twice.
    """
    started = time.perf_counter()
    index_dir, options, progress = Path(index_dir), options or IndexOptions(), progress or Untold()
    with new_generation(index_dir) as folder:
        previous = _current(index_dir)
        with TextStore(folder / TEXTS) as texts:
            staged = _stage(documents, embedder, folder, texts, options)
            if previous and previous.fingerprint == staged.fingerprint:
                return report_of(previous, 0, True, started)
            vectors, embedded = write_vectors(
                folder, texts, embedder, progress, _known(index_dir, previous, embedder), np.zeros(0, np.int64)
            )
        (folder / TEXTS).unlink()
        searched = write_cells(folder, vectors, options, progress)
        manifest = Manifest(
            generation=folder.name,
            fingerprint=staged.fingerprint,
            embedder=embedder.identity,
            dimension=embedder.dimension,
            documents=staged.documents,
            passages=staged.passages,
            vectors=len(vectors),
            vector_search=searched,
            files=seal(folder),
        )
        take_over(index_dir, manifest)
    return report_of(manifest, embedded, False, started)


def report_of(manifest: Manifest, embedded: int, unchanged: bool, started: float) -> IndexReport:
    """Report a build that began at `started` (time.perf_counter)."""
    seconds = time.perf_counter() - started
    m = manifest
    return IndexReport(m.documents, m.passages, m.vectors, embedded, m.vector_search, unchanged, seconds)


def open_index(index_dir: Path, embedder: Embedder) -> tuple[Catalogue, VectorIndex]:
    """Open the current generation after checking every byte of it.

    Raises IndexUnusableError when it is missing, damaged, or was built with another embedder.
    """
    return _of_current(index_dir, lambda: _opened(index_dir, embedder))


def _opened(index_dir: Path, embedder: Embedder) -> tuple[Catalogue, VectorIndex]:
    manifest, folder = whole_generation(index_dir, embedder)
    vectors = VectorIndex.load(folder)
    catalogue = Catalogue(folder)
    held = (catalogue.count("documents"), catalogue.count("passages"), len(vectors), vectors.dimension)
    if held != (manifest.documents, manifest.passages, manifest.vectors, manifest.dimension):
        catalogue.close()
        raise IndexUnusableError(f"{folder} holds {held}, not what its manifest says; {REBUILD}")
    return catalogue, vectors


def _of_current(index_dir: Path, read: Callable[[], _T]) -> _T:
    """Read the current generation, or the next where it is removed meanwhile: another has taken its place then."""
    while True:
        current = read_manifest(index_dir).generation
        try:
            return read()
        except (OSError, ValueError, RetrievalError):
            if read_manifest(index_dir).generation == current:
                raise


def whole_generation(index_dir: Path, embedder: Embedder) -> tuple[Manifest, Path]:
    """The manifest and the folder of the current generation, every byte of it checked.

    Raises IndexUnusableError when it is missing, damaged, or was built with another embedder.
    """
    manifest = read_manifest(index_dir)
    if (manifest.embedder, manifest.dimension) != (embedder.identity, embedder.dimension):
        raise IndexUnusableError(
            f"{index_dir} was built with {manifest.embedder} ({manifest.dimension} dimensions), not with "
            f"{embedder.identity} ({embedder.dimension}); {REBUILD}"
        )
    return manifest, verify_files(index_dir, manifest)


def current_catalogue(index_dir: Path) -> Catalogue:
    """The catalogue of the current generation, without checking that every byte of it is right.

    Raises IndexUnusableError when there is no index, or none that can be read.
    """
    try:
        return _of_current(index_dir, lambda: Catalogue(Path(index_dir) / read_manifest(index_dir).generation))
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"the catalogue in {index_dir} cannot be read ({error}); {REBUILD}") from error


def indexed_names(index_dir: Path, limit: int) -> list[tuple[str, ...]]:
    """The names of each of the `limit` most important products, without checking that every byte of the index is right.

    Raises IndexUnusableError when there is no index, or none that can be read.
    """
    with current_catalogue(index_dir) as catalogue:
        try:
            return catalogue.important_names(limit)
        except sqlite3.Error as error:
            raise IndexUnusableError(f"{CATALOGUE} in {index_dir} cannot be read ({error}); {REBUILD}") from error


def passage_of(index_dir: Path, passage_id: str) -> Passage | None:
    """The passage of that id, as answers cite it, or None; concepts, which are never quoted, are none.

    Raises IndexUnusableError when there is no index, or none that can be read.
    """
    with current_catalogue(index_dir) as catalogue:
        positions = catalogue.positions_of([passage_id])
        found = catalogue.passages(dict.fromkeys(positions.values(), 0.0))
    return next((passage for passage in found if passage.kind != CONCEPT), None)


def _current(index_dir: Path) -> Manifest | None:
    """The manifest of the index that is there and whole, or None."""
    try:
        manifest = read_manifest(index_dir)
        verify_files(index_dir, manifest)
    except IndexUnusableError as error:
        logger.info("building a new index: %s", error)
        return None
    return manifest


def _known(index_dir: Path, previous: Manifest | None, embedder: Embedder) -> KnownVectors | None:
    """The vectors of the generation before, when they are this embedder's."""
    if previous and (previous.embedder, previous.dimension) == (embedder.identity, embedder.dimension):
        return KnownVectors.load(index_dir / previous.generation)
    return None


@dataclass(frozen=True, slots=True)
class _Staged:
    """The catalogue that the first pass over the documents left in a generation's folder."""

    documents: int
    passages: int
    fingerprint: str


def _stage(
    documents: Iterable[Document], embedder: Embedder, folder: Path, texts: TextStore, options: IndexOptions
) -> _Staged:
    """Write the catalogue and every text that needs a vector, and take the fingerprint on the way."""
    recipe = [RECIPE, FORMAT, embedder.identity, embedder.dimension, astuple(options)]
    digest = hashlib.sha256(json.dumps(recipe).encode())
    with CatalogueWriter(folder) as writer:
        for document in documents:
            digest.update(json.dumps(astuple(document)).encode())
            add_document(document, writer, texts)
        texts.finish()
        number, passages = writer.finish()
    if not number:
        raise RetrievalError("no documents to index; add products, FAQ, policies or reviews to the knowledge folder")
    return _Staged(number, passages, digest.hexdigest())


def add_document(document: Document, writer: CatalogueWriter, texts: TextStore) -> None:
    """Add a document's passages to a catalogue, and what needs a vector to `texts`."""
    chunks = list(cut(document))
    first = writer.add(document, chunks)
    texts.add((at, text) for at, chunk in enumerate(chunks, first) for text in chunk.meanings)
