"""From a Rasa project's folder to a trained model, without work when nothing changed."""

import logging
import os
import shutil
import tempfile
from pathlib import Path

from dialogue.errors import ProjectError
from dialogue.project.project_files import read_project_files, unreadable
from dialogue.project.rasa_project import MODEL_ENDING, Project
from dialogue.training.fingerprint import code_fingerprint, is_current, record_fingerprint, training_fingerprint
from dialogue.training.kept_examples import examples_path
from nlu.options import EncoderOptions
from retrieval.progress import Progress, Untold

logger = logging.getLogger(__name__)

CACHE = "training-cache"


def train(
    project: Project | Path,
    output_dir: Path,
    progress: Progress | None = None,
    encoder_options: EncoderOptions | None = None,
) -> Path:
    """Train a Rasa project, or the one in a folder, and return its model's file in `output_dir`.

    Returns at once, without importing Rasa, when the model there was made from the same files by the same code, and
    trains only what a change concerns. The model appears whole or not at all. The encoder of its components runs as
    `encoder_options` say; None: by default. Raises ProjectError, which names file, line and cure.
    """
    project = project if isinstance(project, Project) else Project.at(project)
    project.require_inputs()
    model_path = project.model_in(output_dir)
    fingerprint = training_fingerprint(project)
    if is_current(model_path, fingerprint) and not project.has_importers:
        logger.info("%s is up to date", model_path)
        return model_path
    _require_readable(project)
    # Rasa brings TensorFlow, so it is imported only when there is work for it.
    from dialogue.project.action_sources import missing_actions
    from dialogue.training.rasa_trainer import train_with_rasa

    for finding in missing_actions(read_project_files(project), project.folder):
        logger.warning("%s: %s: %s", finding.place, finding.message, finding.cure)
    output_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output_dir, prefix=".training-") as folder:
        trained = train_with_rasa(
            project,
            Path(folder),
            _cache_folder(project, model_path),
            encoder_options or EncoderOptions(),
            progress or Untold(),
        )
        os.replace(examples_path(trained), examples_path(model_path))
        os.replace(trained, model_path)
    record_fingerprint(model_path, fingerprint)
    logger.info("trained %s", model_path)
    return model_path


def _require_readable(project: Project) -> None:
    """Raise ProjectError for every file whose notation is wrong: Rasa would report the first, and not its cure."""
    errors = unreadable(project)
    if errors:
        raise ProjectError("\n".join([f"{project.folder} cannot be trained:", *map(str, errors)]))


def _cache_folder(project: Project, model_path: Path) -> Path:
    """Where Rasa keeps trained components; others of the project than those of the present code are removed."""
    own = model_path.parent / CACHE / model_path.name.removesuffix(MODEL_ENDING)
    folder = own / code_fingerprint(project)[:16]
    for other in own.glob("*"):
        if other.is_dir() and other != folder:
            shutil.rmtree(other)
    return folder
