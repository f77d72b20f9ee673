"""Training with Rasa's own trainer: the one place that calls it."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

from dialogue.errors import ProjectError
from dialogue.quiet import quiet_imports, quiet_prints
from nlu.errors import NluError

with quiet_imports():
    from rasa.engine.exceptions import GraphComponentException
    from rasa.model_training import train as rasa_train
    from rasa.model_training import train_nlu as rasa_train_nlu
    from rasa.shared.exceptions import RasaException

MODEL_NAME = "model"


def train_with_rasa(project_dir: Path, output_dir: Path) -> Path:
    """Train into `output_dir` and return the archive's path; raises ProjectError with Rasa's own explanation."""
    domain = project_dir / "domain.yml"
    with explained(project_dir) as printed:
        result = rasa_train(
            domain=str(domain if domain.exists() else project_dir / "domain"),
            config=str(project_dir / "config.yml"),
            training_files=[str(project_dir / "data")],
            output=str(output_dir),
            fixed_model_name=MODEL_NAME,
            force_training=True,
        )
    return _trained(project_dir, result.model, printed)


def train_nlu_with_rasa(project_dir: Path, config: Path, nlu_file: Path, output_dir: Path) -> Path:
    """Train `config`'s NLU pipeline on one file and return the archive's path; raises ProjectError."""
    with explained(project_dir) as printed:
        model = rasa_train_nlu(str(config), str(nlu_file), str(output_dir), fixed_model_name=MODEL_NAME)
    return _trained(project_dir, model, printed)


@contextlib.contextmanager
def explained(project_dir: Path) -> Iterator[io.StringIO]:
    """Turn what Rasa raises about a project into a ProjectError; yields what it prints."""
    with quiet_prints() as printed:
        try:
            yield printed
        except (RasaException, NluError, GraphComponentException, ImportError) as error:
            raise ProjectError(f"{project_dir} cannot be trained: {_explanation(error)}") from error
        except SystemExit as error:  # Rasa prints what is wrong and exits
            raise ProjectError(f"{project_dir} cannot be trained: {printed.getvalue().strip()}") from error


def _trained(project_dir: Path, model: str | None, printed: io.StringIO) -> Path:
    if model is None:
        raise ProjectError(f"{project_dir} cannot be trained: {printed.getvalue().strip()}")
    return Path(model)


def _explanation(error: BaseException) -> str:
    """The deepest cause says what is wrong; what wraps it only says where in the graph."""
    while isinstance(error, GraphComponentException) and error.__cause__ is not None:
        error = error.__cause__
    return str(error)
