"""From a project to a model by Rasa's training: what there is to train, and what is wrong where it fails."""

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dialogue.errors import ProjectError
from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import MODEL_ENDING, Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.training.graph_training import train_graph
from dialogue.training.kept_examples import examples_path, keep_examples
from dialogue.training.rasa_importer import project_importer
from dialogue.training.training_cache import FolderCache, NoCache
from dialogue.validation.rasa_components import component_errors
from dialogue.validation.rasa_errors import findings_of
from nlu.components.services import ComponentServices, EncodingCache
from nlu.encoder.encoding_cache import FILE_NAME
from nlu.errors import NluError
from nlu.options import EncoderOptions
from nlu.validation.findings import Finding
from retrieval.progress import Progress, Untold

with quiet_imports():
    from rasa.engine.exceptions import GraphComponentException, GraphSchemaException, GraphSchemaValidationException
    from rasa.model_training import get_unresolved_slots
    from rasa.shared.data import TrainingType
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.constants import INTENT, TEXT

logger = logging.getLogger(__name__)

MODEL_NAME = f"model{MODEL_ENDING}"
CACHE_MIB = 1000
"""Rasa's default; the encodings of texts may take as much again."""
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


def train_with_rasa(
    project: Project, output_dir: Path, cache_dir: Path, encoder_options: EncoderOptions, progress: Progress
) -> Path:
    """Train into `output_dir` and return the archive's path, with a few of the model's examples next to it.

    What is in `cache_dir` is not trained again, and texts of earlier trainings, whose encodings are kept next to it,
    are not encoded again. Raises ProjectError, which names file, line and cure where Rasa's own explanation lets them
    be found.
    """
    encodings = EncodingCache(cache_dir.parent / FILE_NAME, CACHE_MIB * 2**20)
    services = ComponentServices(encoder_options, encodings, progress.describe)
    archive = output_dir / MODEL_NAME
    with explained(project):
        _require_components(project)
        importer = project_importer(project)
        kind = _training_type(importer)
        train_graph(importer, kind, archive, FolderCache(cache_dir, CACHE_MIB), services, progress)
        messages = importer.get_nlu_data().intent_examples
        keep_examples(examples_path(archive), ((message.get(TEXT), message.get(INTENT)) for message in messages))
    return archive


def train_nlu_with_rasa(project: Project, nlu_file: Path, output_dir: Path, encoder_options: EncoderOptions) -> Path:
    """Train the NLU pipeline on one file and return the archive's path; raises ProjectError."""
    archive = output_dir / MODEL_NAME
    with explained(project):
        _require_components(project)
        importer = TrainingDataImporter.load_nlu_importer_from_config(
            str(project.config), training_data_paths=[str(nlu_file)]
        )
        if importer.get_nlu_data().contains_no_pure_nlu_data():
            raise RasaException(f"there is nothing to learn from: {nlu_file} has no examples")
        train_graph(importer, TrainingType.NLU, archive, NoCache(), ComponentServices(encoder_options), Untold())
    return archive


@contextlib.contextmanager
def explained(project: Project) -> Iterator[None]:
    """Let the project's own modules be imported, and turn what Rasa raises about it into a ProjectError."""
    with quiet_prints() as printed:
        try:
            with own_modules(project.folder):
                yield
        except UNTRAINABLE as error:
            raise _project_error(_deepest(error), project) from error
        except SystemExit as error:  # Rasa prints what is wrong and exits
            raise _project_error(RasaException(printed.getvalue()), project) from error


def _require_components(project: Project) -> None:
    errors = list(component_errors(project))
    if errors:
        raise _untrainable(project, errors)


def _project_error(error: BaseException, project: Project) -> ProjectError:
    return _untrainable(project, findings_of(error, project))


def _untrainable(project: Project, found: Iterable[Finding]) -> ProjectError:
    lines = [f"{finding.place or project.folder}: {finding.message}: {finding.cure}" for finding in found]
    return ProjectError("\n".join([f"{project.folder} cannot be trained:", *lines]))


def _deepest(error: BaseException) -> BaseException:
    """Return the deepest cause, which says what is wrong; what wraps it only says where in the graph. That is added to
    an error that no component foresaw.
    """
    where = ""
    while isinstance(error, GraphComponentException) and error.__cause__ is not None:
        node = NODE.search(str(error))
        where, error = node[1] if node else where, error.__cause__
    foreseen = isinstance(error, UNTRAINABLE)
    return error if foreseen else RasaException(f"{where} stopped with {type(error).__name__}: {error}")


def _training_type(importer: TrainingDataImporter) -> TrainingType:
    """Return what there is to train, as Rasa's `train` decides it, with a warning where that is not a whole assistant.

    Raises RasaException when there is nothing.
    """
    stories, examples, domain = importer.get_stories(), importer.get_nlu_data(), importer.get_domain()
    silent, unheard = domain.is_empty() or stories.is_empty(), examples.contains_no_pure_nlu_data()
    if silent and unheard:
        raise RasaException("there is nothing to learn from: neither examples nor stories")
    if unresolved := get_unresolved_slots(domain, stories):
        raise RasaException(f"Unresolved slots in stories or rules: {', '.join(map(repr, sorted(unresolved)))}")
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
