"""Training with Rasa's own trainer: the one place that calls it."""

import contextlib
import io
import logging
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dialogue.errors import ProjectError
from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.training.kept_examples import examples_path, keep_examples
from dialogue.training.rasa_importer import project_importer
from dialogue.validation.rasa_components import component_errors
from dialogue.validation.rasa_errors import findings_of
from nlu.errors import NluError
from nlu.joint.trainer import JOINT
from nlu.validation.findings import Finding
from retrieval.progress import Progress

with quiet_imports():
    from rasa.engine.exceptions import GraphComponentException, GraphSchemaException, GraphSchemaValidationException
    from rasa.engine.recipes.recipe import Recipe
    from rasa.model_training import _check_unresolved_slots, _train_graph
    from rasa.model_training import train_nlu as rasa_train_nlu
    from rasa.shared.data import TrainingType
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.constants import INTENT, TEXT

logger = logging.getLogger(__name__)

MODEL_NAME = "model"
CACHE_MIB = 1000  # Rasa's default; what was used least lately goes first
# The logs of what Rasa trains, and of what our component is at: encoding, the third epoch.
HOOKS = "rasa.engine.training.hooks"
NOTICES = JOINT.rpartition(".")[0]
# In "Error running graph component for node train_TEDPolicy1."
NODE = re.compile(r"node '?[a-z]+_(.+?)\d*'?\.?$")
# What Rasa raises where the project is at fault.
UNTRAINABLE = (
    RasaException,
    NluError,
    GraphComponentException,
    GraphSchemaException,
    GraphSchemaValidationException,
    ImportError,
    SyntaxError,
)


def train_with_rasa(project: Project, output_dir: Path, cache: Path, progress: Progress) -> Path:
    """Train into `output_dir` and return the archive's path, the model's examples beside it; what is in `cache` is not
    trained again.

    Raises ProjectError, which names file, line and cure where Rasa's own explanation lets them be found.
    """
    with explained(project) as printed, _cached_in(cache):
        _require_components(project)
        importer = project_importer(project)
        kind = _training_type(importer)
        progress.begin("training", _components_to_train(importer, kind), "component")
        with _told(progress, HOOKS), _told(progress, NOTICES):
            model: str | None = _train_graph(importer, kind, str(output_dir), MODEL_NAME).model
        archive = _trained(project, model, printed)
        messages = importer.get_nlu_data().intent_examples
        keep_examples(examples_path(archive), ((each.get(TEXT), each.get(INTENT)) for each in messages))
    return archive


def train_nlu_with_rasa(project: Project, nlu_file: Path, output_dir: Path) -> Path:
    """Train the NLU pipeline on one file and return the archive's path; raises ProjectError."""
    with explained(project) as printed:
        _require_components(project)
        model = rasa_train_nlu(str(project.config), str(nlu_file), str(output_dir), fixed_model_name=MODEL_NAME)
    return _trained(project, model, printed)


@contextlib.contextmanager
def explained(project: Project) -> Iterator[io.StringIO]:
    """Let the project's own modules be imported, and turn what Rasa raises about it into a ProjectError; yields what
    Rasa prints.
    """
    with quiet_prints() as printed:
        try:
            with own_modules(project.folder):
                yield printed
        except UNTRAINABLE as error:
            raise _project_error(_deepest(error), project) from error
        except SystemExit as error:  # Rasa prints what is wrong and exits
            raise _project_error(RasaException(printed.getvalue()), project) from error


def _trained(project: Project, model: str | None, printed: io.StringIO) -> Path:
    if model is None:
        raise _project_error(RasaException(printed.getvalue()), project)
    return Path(model)


def _require_components(project: Project) -> None:
    errors = list(component_errors(project))
    if errors:
        raise _untrainable(project, errors)


def _project_error(error: BaseException, project: Project) -> ProjectError:
    return _untrainable(project, findings_of(error, project))


def _untrainable(project: Project, found: Iterable[Finding]) -> ProjectError:
    told = [f"{each.place or project.folder}: {each.message}: {each.cure}" for each in found]
    return ProjectError("\n".join([f"{project.folder} cannot be trained:", *told]))


def _deepest(error: BaseException) -> BaseException:
    """The deepest cause says what is wrong; what wraps it only says where in the graph, which is told beside what no
    component foresaw.
    """
    where = ""
    while isinstance(error, GraphComponentException) and error.__cause__ is not None:
        node = NODE.search(str(error))
        where, error = node[1] if node else where, error.__cause__
    foreseen = isinstance(error, UNTRAINABLE)
    return error if foreseen else RasaException(f"{where} stopped with {type(error).__name__}: {error}")


@contextlib.contextmanager
def _cached_in(folder: Path) -> Iterator[None]:
    """Have Rasa keep and reuse trained components in `folder`; its settings are environment variables."""
    settings = {"RASA_CACHE_DIRECTORY": str(folder), "RASA_MAX_CACHE_SIZE": str(CACHE_MIB)}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _training_type(importer: TrainingDataImporter) -> TrainingType:
    """What there is to train, as Rasa's `train` decides it, with a warning where that is not all of an assistant.

    Raises RasaException when there is nothing.
    """
    stories, examples, domain = importer.get_stories(), importer.get_nlu_data(), importer.get_domain()
    silent, unheard = domain.is_empty() or stories.is_empty(), examples.contains_no_pure_nlu_data()
    if silent and unheard:
        raise RasaException("there is nothing to learn from: neither examples nor stories")
    _check_unresolved_slots(domain, stories)
    if silent:
        lacking = "domain" if domain.is_empty() else "story and no rule"
        logger.warning("there is no %s: only understanding is trained, and nothing that answers", lacking)
        return TrainingType.NLU
    if examples.has_e2e_examples():
        return TrainingType.END_TO_END
    if unheard:
        logger.warning("there are no examples: only the dialogue is trained, and nothing that understands")
        return TrainingType.CORE
    return TrainingType.BOTH


def _components_to_train(importer: TrainingDataImporter, kind: TrainingType) -> int:
    """How many components of pipeline and policies learn something."""
    recipe = Recipe.recipe_for_name(importer.get_config().get("recipe"))
    config, _, _ = recipe.auto_configure(importer.get_config_file_for_auto_config(), importer.get_config(), kind)
    graph = recipe.graph_config_for_recipe(config, {}, training_type=kind)
    return sum(node.is_target and not node.is_input for node in graph.train_schema.nodes.values())


class _Hearing(logging.Filter):
    """Hears from the logs of Rasa's training graph and of our component what is being done, and lets a log be as loud
    as it was.
    """

    def __init__(self, progress: Progress, level: int) -> None:
        super().__init__()
        self._progress = progress
        self._level = level

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged."""
        match record.getMessage().split("'"):
            case ["Starting to train component ", name, _]:
                self._progress.describe(f"training {name}")
            case ["Finished training component " | "Restored component ", _, _]:
                self._progress.advance(1)
            case [notice] if record.name == NOTICES:
                self._progress.describe(notice)
        return record.levelno >= self._level


@contextlib.contextmanager
def _told(progress: Progress, log: str) -> Iterator[None]:
    logger = logging.getLogger(log)
    level, hearing = logger.level, _Hearing(progress, logger.getEffectiveLevel())
    logger.addFilter(hearing)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeFilter(hearing)
