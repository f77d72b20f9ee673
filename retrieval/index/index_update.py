"""Brings an index up to date with what changed, and forgets documents, without building it anew.

What is made anew: the passages, words and vectors of what changed, and nothing else is embedded. What takes time by the
size of the index: its files are copied once, with what changed put in on the way, and their check sums are taken; a
gigabyte takes seconds. As a build does, it makes a new generation, so a crash at any point leaves the old index whole.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np

from retrieval.document import Document
from retrieval.embedder import Embedder
from retrieval.errors import RetrievalError
from retrieval.index.catalogue import CATALOGUE, Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.embedding import KnownVectors, write_vectors
from retrieval.index.generations import new_generation, seal, take_over
from retrieval.index.index_folder import TEXTS, IndexReport, add_document, report_of, whole_generation
from retrieval.index.manifest import Manifest, read_manifest
from retrieval.index.text_store import TextStore
from retrieval.index.vectors import patch_cells
from retrieval.options import IndexOptions
from retrieval.progress import Progress, Untold


def update_index(
    index_dir: Path,
    embedder: Embedder,
    documents: Iterable[Document] = (),
    forget: Sequence[str] = (),
    progress: Progress | None = None,
    options: IndexOptions | None = None,
) -> IndexReport:
    """Add `documents`, put them in the place of those with their ids, and remove those whose ids are in `forget`.

    With a product its reviews are forgotten. Raises IndexUnusableError when there is no whole index of this embedder,
    and RetrievalError for ids that the index does not have, ids used twice, and when nothing would be left.
    """
    started = time.perf_counter()
    index_dir, options, progress = Path(index_dir), options or IndexOptions(), progress or Untold()
    read_manifest(index_dir)  # where there is no index, no folder is made either
    with new_generation(index_dir) as folder:
        previous, old = whole_generation(index_dir, embedder)
        shutil.copyfile(old / CATALOGUE, folder / CATALOGUE)
        with Catalogue(old) as before, CatalogueWriter(folder, before) as writer, TextStore(folder / TEXTS) as texts:
            change = _change(before, documents, forget, writer, texts)
            if not change:
                return report_of(previous, 0, True, started)
            texts.finish()
            counts = writer.finish()
            if not counts[0]:
                raise RetrievalError("nothing would be left in the index; remove its folder instead")
            known = KnownVectors.load(old)
            kept = np.flatnonzero(~writer.gone[known.vectors.owners])
            vectors, embedded = write_vectors(folder, texts, embedder, progress, known, kept)
            first, gone = writer.first, np.flatnonzero(writer.gone)
        (folder / TEXTS).unlink()
        manifest = Manifest(
            generation=folder.name,
            fingerprint=hashlib.sha256("".join((previous.fingerprint, *change)).encode()).hexdigest(),
            embedder=embedder.identity,
            dimension=embedder.dimension,
            documents=counts[0],
            passages=counts[1],
            vectors=len(vectors),
            vector_search=patch_cells(folder, vectors, first, gone, options, old, progress),
            files=seal(folder),
        )
        take_over(index_dir, manifest)
    return report_of(manifest, embedded, False, started)


def _change(
    before: Catalogue, documents: Iterable[Document], forget: Sequence[str], writer: CatalogueWriter, texts: TextStore
) -> list[str]:
    """Make the change in a catalogue; returns what was forgotten and what was added, in words."""
    change = _with_reviews(before, forget)
    writer.remove(change)
    seen = set(change)
    for document in documents:
        if document.id in seen:
            raise RetrievalError(f"two documents share an id ({document.id}); give each its own")
        seen.add(document.id)
        held = before.document(document.id)
        if held == document:
            continue
        if held:
            writer.remove([document.id])
        add_document(document, writer, texts)
        change.append(json.dumps(astuple(document)))
    return change


def _with_reviews(catalogue: Catalogue, document_ids: Sequence[str]) -> list[str]:
    """The ids with those of the reviews of products among them. Raises RetrievalError for ids that no document has."""
    held = {document.id for document in catalogue.documents_of(document_ids)}
    if missing := [document_id for document_id in document_ids if document_id not in held]:
        raise RetrievalError(f"the index has no {', '.join(missing)}; name ids as answers cite them, without the #")
    reviews = [review.id for document_id in document_ids for review in catalogue.reviews(document_id)]
    return list(dict.fromkeys([*document_ids, *reviews]))
