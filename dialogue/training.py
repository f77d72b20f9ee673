"""From a Rasa project's folder to a trained model, without work when nothing changed."""

import logging
import os
import tempfile
from pathlib import Path

from dialogue.errors import ProjectError
from dialogue.fingerprint import is_current, record_fingerprint, training_fingerprint

logger = logging.getLogger(__name__)


def train(project_dir: Path, output_dir: Path) -> Path:
    """Train the Rasa project in `project_dir` and return `output_dir/<project>.tar.gz`.

    Returns at once, without importing Rasa, when the model there was made from the same files by the same code.
    The model appears whole or not at all. Raises ProjectError, which names the file and line at fault.
    """
    _require_project(project_dir)
    model_path = output_dir / f"{project_dir.resolve().name}.tar.gz"
    fingerprint = training_fingerprint(project_dir)
    if is_current(model_path, fingerprint):
        logger.info("%s is up to date", model_path)
        return model_path
    # Rasa brings TensorFlow, so it is imported only when there is work for it.
    from dialogue.rasa_training import train_with_rasa

    output_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output_dir, prefix=".training-") as folder:
        os.replace(train_with_rasa(project_dir, Path(folder)), model_path)
    record_fingerprint(model_path, fingerprint)
    logger.info("trained %s", model_path)
    return model_path


def _require_project(project_dir: Path) -> None:
    for names in (("config.yml",), ("domain.yml", "domain"), ("data",)):
        if not any((project_dir / name).exists() for name in names):
            raise ProjectError(f"{project_dir} is not a Rasa project: it has no {' or '.join(names)}")
