"""Writes catalogues for tests, document by document as a build does."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from retrieval.document import Document
from retrieval.index.catalogue import CATALOGUE, Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut


def write_catalogue(folder: Path, documents: Iterable[Document]) -> tuple[int, int]:
    """Write a catalogue of `documents` into a new folder; returns how many documents and passages it has."""
    folder.mkdir()
    with CatalogueWriter(folder) as writer:
        for document in documents:
            writer.add(document, list(cut(document)))
        return writer.finish()


def update_catalogue(
    folder: Path, previous: Path, documents: Iterable[Document], removed: Iterable[str] = ()
) -> tuple[int, int]:
    """Write the catalogue in `previous`, less what is removed and with `documents` added, into a new folder."""
    folder.mkdir()
    shutil.copyfile(previous / CATALOGUE, folder / CATALOGUE)
    with Catalogue(previous) as before, CatalogueWriter(folder, before) as writer:
        writer.remove(removed)
        for document in documents:
            writer.add(document, list(cut(document)))
        return writer.finish()
