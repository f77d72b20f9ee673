"""Trains the assistant and indexes the knowledge, each only if something changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server.artifacts import assistant_project, index_folder, model_folder
from server.bootstrap import load_encoder, load_placer
from server.settings import Settings

if TYPE_CHECKING:
    from dialogue.project.rasa_project import Project
    from retrieval.index.index_folder import IndexReport
    from retrieval.ingestion.indexing import SourceReport
    from retrieval.progress import Progress


def train(settings: Settings, project: "Project | None" = None, progress: "Progress | None" = None) -> Path:
    """Train a project, else the assistant of the settings; returns the file of the model."""
    from dialogue.training.incremental_training import train as train_project

    return train_project(project or assistant_project(settings), model_folder(settings), progress, settings.encoder)


def build_index(
    settings: Settings,
    paths: Sequence[Path] = (),
    maps: Sequence[Path] = (),
    taxonomy: Path | None = None,
    progress: "Progress | None" = None,
    *,
    update: bool = False,
    write_map: Path | None = None,
) -> "SourceReport":
    """Index files and folders, or the knowledge folder when none are named.

    `maps` are column maps for files with foreign columns; products are placed in the `taxonomy` of a file. `update`
    keeps what else the index has. `write_map` gets the column map that was guessed for the one file without a map;
    raises MapError, before anything is read, where there is none or more than one, or where the file is there already.
    """
    from retrieval.ingestion.column_map_files import read_map
    from retrieval.ingestion.indexing import index_sources
    from retrieval.ingestion.map_writing import write_guess
    from retrieval.ingestion.sources import sources_in

    sources = sources_in(paths or [settings.path(settings.paths.knowledge)], [read_map(path) for path in maps])
    if write_map:
        write_guess([source.reading.map for source in sources if source.reading], write_map)
    return index_sources(
        sources,
        placer=load_placer(settings, taxonomy) if taxonomy else None,
        embedder=load_encoder(settings),
        index_dir=index_folder(settings),
        options=settings.ingest,
        progress=progress,
        index_options=settings.index,
        update=update,
    )


def forget(settings: Settings, document_ids: Sequence[str], progress: "Progress | None" = None) -> "IndexReport":
    """Remove documents from the index, and with a product its reviews."""
    from retrieval.index.index_update import update_index

    folder, encoder = index_folder(settings), load_encoder(settings)
    return update_index(folder, encoder, forget=document_ids, progress=progress, options=settings.index)
