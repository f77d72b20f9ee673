"""Where the trained model, the index and the evaluations lie, and whether they exist."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from dialogue.project.rasa_project import Project, require_model
from server.settings import Settings

Built: TypeAlias = tuple[tuple[int, int] | None, ...]


def index_folder(settings: Settings) -> Path:
    """Return the folder of the knowledge index."""
    return settings.path(settings.paths.build) / "index"


def model_folder(settings: Settings) -> Path:
    """Return the folder of the trained models."""
    return settings.path(settings.paths.build) / "assistant"


def results_folder(settings: Settings) -> Path:
    """Return the folder that evaluations write their results into."""
    return settings.path(settings.paths.build) / "evaluation"


def assistant_project(settings: Settings) -> Project:
    """Return the Rasa project of the settings."""
    return Project.at(settings.path(settings.paths.assistant))


def model_path(settings: Settings) -> Path:
    """Return the file of the trained assistant."""
    return assistant_project(settings).model_in(model_folder(settings))


def has_index(settings: Settings) -> bool:
    """Return whether knowledge was indexed; a damaged index is one."""
    return index_folder(settings).exists()


def require_built(settings: Settings) -> None:
    """Raise ModelError where nothing is trained, IndexUnusableError for a damaged index; imports no model library."""
    from retrieval.index.manifest import read_manifest

    require_model(model_path(settings))
    if has_index(settings):
        read_manifest(index_folder(settings))


def built(settings: Settings) -> Built:
    """Identify the model and the index of now: the value changes when either is built again."""
    from retrieval.index.manifest import FILE_NAME

    return tuple(_identity(path) for path in (model_path(settings), index_folder(settings) / FILE_NAME))


def versions(settings: Settings) -> dict[str, str]:
    """Name the model by its file and when it was trained, and the index by the digest of all that went into it.

    `none` is an index that was not built.
    """
    from retrieval.index.manifest import read_manifest

    model = model_path(settings)
    trained = datetime.fromtimestamp(model.stat().st_mtime, UTC)
    return {
        "model": f"{model.name} of {trained:%Y-%m-%dT%H:%M:%SZ}",
        "index": read_manifest(index_folder(settings)).fingerprint[:12] if has_index(settings) else "none",
    }


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell this file from later ones at the same path: a build writes a new file and renames it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns
