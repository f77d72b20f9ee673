"""A Rasa project's YAML as places: where each intent, action, form, slot and story stands, for pointing at them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from yaml import MappingNode, Node, ScalarNode

from dialogue.project.rasa_project import Project
from nlu.data.examples import Place
from nlu.data.nlu_files import JSON_ENDING, YAML_ENDINGS, data_files, read_nlu_file, require_json
from nlu.data.yaml_nodes import DataError, child, entries, is_null, items, place_of, read_nodes, scalar

NEWEST_FORMAT = 3.1
DEFAULT_CONFIG = "rasa/engine/recipes/config_files/default_config.yml"
DOMAIN_SECTIONS = ("intents", "entities", "slots", "forms", "responses", "actions")
# Keys of a step in a story or rule, and of the story itself, that name something.
STEP_KEYS = ("intent", "action", "active_loop", "story", "rule")


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """What stands where: `domain` by section, `steps` by the key that names it; and the pipeline's components."""

    domain: Mapping[str, Mapping[str, Place]]
    steps: Mapping[str, Mapping[str, Place]]
    pipeline: tuple[str, ...]
    config: Place

    def find(self, name: str, *keys: str) -> Place | None:
        """Where `name` first stands under one of the domain's sections or a story's keys, looked up in this order."""
        known = ({**self.domain, **self.steps}.get(key, {}) for key in keys)
        return next((places[name] for places in known if name in places), None)


@dataclass(frozen=True, slots=True)
class Component:
    """Where the name of a component stands, and its settings as they are written; one that is no scalar is empty."""

    place: Place
    settings: Mapping[str, str]


def project_yaml(project: Project) -> list[Path]:
    """Every YAML file that training reads, config and domain first."""
    files = [project.config, *data_files(project.domain), *data_files(*project.data)]
    return [file for file in files if file.suffix in YAML_ENDINGS and file.is_file()]


def unreadable(project: Project) -> list[DataError]:
    """What is wrong with the notation of each file, one for a file: YAML, examples in it, and JSON among the data."""
    errors = []
    json = [file for file in data_files(*project.data) if file.suffix == JSON_ENDING and file.is_file()]
    for file in [*project_yaml(project), *json]:
        try:
            require_json(file) if file.suffix == JSON_ENDING else _require_yaml(file)
        except DataError as error:
            errors.append(error)
    return errors


def _require_yaml(file: Path) -> None:
    _require_known_version(file)
    read_nlu_file(file)


def _require_known_version(file: Path) -> None:
    """Raise DataError for a newer format than Rasa knows: it would leave the file out."""
    node = child(read_nodes(file), "version")
    version = scalar(node)
    if node is not None and re.fullmatch(r"\d+\.\d+", version) and float(version) > NEWEST_FORMAT:
        cure = f'write version: "{NEWEST_FORMAT}", and what it has'
        raise DataError(place_of(node, file), f"is written in format {version}, which Rasa leaves out", cure)


def read_project_files(project: Project) -> ProjectFiles:
    """Look through the project; raises DataError for a file that is not YAML."""
    domain: dict[str, dict[str, Place]] = {section: {} for section in DOMAIN_SECTIONS}
    steps: dict[str, dict[str, Place]] = {key: {} for key in STEP_KEYS}
    config = project.config
    for file in project_yaml(project):
        root = read_nodes(file)
        for section in DOMAIN_SECTIONS:
            for node in _named(child(root, section)):
                domain[section].setdefault(node.value, place_of(node, file))
        for part in ("stories", "rules"):
            for key, node in _scalars(child(root, part)):
                if key in steps:
                    steps[key].setdefault(node.value, place_of(node, file))
    return ProjectFiles(domain, steps, _pipeline(config), Place(config, 1))


def _pipeline(config: Path) -> tuple[str, ...]:
    """The pipeline's components; Rasa's own choice, read without importing it, where the config has no pipeline."""
    chosen = is_null(child(read_nodes(config), "pipeline"))
    file = Path(str(distribution("rasa").locate_file(DEFAULT_CONFIG))) if chosen else config
    return tuple(components_of(file, "pipeline"))


def component_places(config: Path) -> dict[str, Place]:
    """Where each component and policy of a config.yml stands; raises DataError."""
    named = {**components_of(config, "policies"), **components_of(config, "pipeline")}
    return {name: component.place for name, component in named.items()}


def components_of(config: Path, part: str) -> dict[str, Component]:
    """What a part of a config.yml (pipeline, policies or importers) names; raises DataError."""
    found = {}
    for item in items(child(read_nodes(config), part)):
        name = child(item, "name")
        if name is not None:
            settings = {key.value: scalar(value) for key, value in entries(item)}
            found[scalar(name)] = Component(place_of(name, config), settings)
    return found


def _named(node: Node | None) -> Iterator[ScalarNode]:
    """The names of a section: its keys, or the members of its list, where a member may be a mapping of one key."""
    yield from (key for key, _ in entries(node))
    for item in items(node):
        if isinstance(item, ScalarNode):
            yield item
        elif isinstance(item, MappingNode):
            yield from (key for key, _ in entries(item))


def _scalars(node: Node | None) -> Iterator[tuple[str, ScalarNode]]:
    """Every key with a plain value, however deep."""
    for key, value in entries(node):
        if isinstance(value, ScalarNode):
            yield key.value, value
        yield from _scalars(value)
    for item in items(node):
        yield from _scalars(item)
