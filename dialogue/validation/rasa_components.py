"""Whether the components, policies and importers that a config.yml names are there, asked before training."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dialogue.project.project_files import components_of
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from dialogue.validation.rasa_errors import shortened
from nlu.joint.trainer import JOINT
from nlu.validation.findings import Finding

with quiet_imports():
    import spacy.util
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.shared.exceptions import RasaException
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.utils.common import class_from_module_path

RASAS_COMPONENTS = {component.__name__.lower(): component.__name__ for component in DEFAULT_COMPONENTS}
RASAS_IMPORTERS = ("RasaFileImporter", "MultiProjectImporter")
REPLACED = {"MiniLMIntentClassifier": JOINT, "MiniLMEntityExtractor": JOINT}
SPACY = "SpacyNLP"


def component_errors(project: Project) -> Iterator[Finding]:
    """An error for each that cannot be used, with its place; `own_modules` has to be open on the project's folder.

    A language model of spaCy counts, too: Rasa would miss it only after training what stands before it.
    """
    for part, require in (("pipeline", _component), ("policies", _component), ("importers", _importer)):
        for name, named in components_of(project.config, part).items():
            if (error := _error(require, name)) is not None:
                message = f"{name} cannot be used: {shortened(str(error))}"
                yield Finding("error", "unknown-component", message, _cure(name, error), named.place)
            elif require is _component:
                for message, cure in _unfit_settings(name, named.settings):
                    yield Finding("error", "unfit-setting", message, cure, named.place)
    for name, named in components_of(project.config, "pipeline").items():
        if name == SPACY and (model := named.settings.get("model")) and not _is_model(model):
            message = f"{SPACY} wants {model}, which is not installed"
            yield Finding("error", "unknown-model", message, _model_cure(model), named.place)


def _component(name: str) -> None:
    DefaultV1Recipe._from_registry(name)


def _unfit_settings(name: str, settings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Scalars where Rasa, which would stop without a word about it, joins a mapping with that of the defaults."""
    defaults = DefaultV1Recipe._from_registry(name).clazz.get_default_config()
    for key, value in settings.items():
        if value and isinstance(defaults.get(key), dict):
            yield f"{name} cannot use {key}: {value}", f"give a mapping such as {defaults[key]}"


def _importer(name: str) -> None:
    # Rasa itself passes an importer by that it cannot import.
    if name not in RASAS_IMPORTERS and not issubclass(class_from_module_path(name), TrainingDataImporter):
        raise RasaException(f"{name} is no {TrainingDataImporter.__name__}")


def _error(require: Callable[[str], None], name: str) -> Exception | None:
    try:
        require(name)
    except (RasaException, ImportError, SyntaxError, AttributeError, ValueError) as error:
        return error
    return None


def _cure(name: str, error: Exception) -> str:
    last = name.rpartition(".")[2]
    if last in REPLACED:
        return f"write {REPLACED[last]}"
    misspelt = difflib.get_close_matches(name.lower(), RASAS_COMPONENTS, n=1, cutoff=0.9)
    if misspelt:
        return f"write {RASAS_COMPONENTS[misspelt[0]]}"
    if isinstance(error, ModuleNotFoundError | SyntaxError):
        return "fix the component's name or its code, or install what it needs"
    return "fix the component's name: take one that Rasa 3.6 has, or the path of a class that is registered with Rasa"


def _is_model(name: str) -> bool:
    return spacy.util.is_package(name) or Path(name).exists()


def _model_cure(model: str) -> str:
    installed = [name.replace("-", "_") for name in spacy.util.get_installed_models()]
    instead = f", or write model: {' or '.join(installed)}, which is" if installed else ""
    return f"install it (python -m spacy download {model}){instead}"
