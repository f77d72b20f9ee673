"""A Rasa project's YAML as places: where each intent, action, form, slot and story stands, for pointing at them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yaml import MappingNode, Node, ScalarNode

from nlu.examples import Place
from nlu.reading import YAML_ENDINGS, data_files
from nlu.yaml_nodes import DataError, child, entries, items, place_of, read_nodes, scalar

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


def project_yaml(project_dir: Path) -> list[Path]:
    """Every YAML file that training reads, config and domain first."""
    files = [project_dir / "config.yml", project_dir / "domain.yml"]
    for folder in (project_dir / "domain", project_dir / "data"):
        files += data_files(folder) if folder.is_dir() else []
    return [file for file in files if file.suffix in YAML_ENDINGS and file.is_file()]


def unreadable(project_dir: Path) -> list[DataError]:
    """What is wrong with the notation of each YAML file, one for a file."""
    errors = []
    for file in project_yaml(project_dir):
        try:
            read_nodes(file)
        except DataError as error:
            errors.append(error)
    return errors


def read_project_files(project_dir: Path) -> ProjectFiles:
    """Look through the project; raises DataError for a file that is not YAML."""
    domain: dict[str, dict[str, Place]] = {section: {} for section in DOMAIN_SECTIONS}
    steps: dict[str, dict[str, Place]] = {key: {} for key in STEP_KEYS}
    config = project_dir / "config.yml"
    for file in project_yaml(project_dir):
        root = read_nodes(file)
        for section in DOMAIN_SECTIONS:
            for node in _named(child(root, section)):
                domain[section].setdefault(node.value, place_of(node, file))
        for part in ("stories", "rules"):
            for key, node in _scalars(child(root, part)):
                if key in steps:
                    steps[key].setdefault(node.value, place_of(node, file))
    components = tuple(scalar(child(each, "name")) for each in items(child(read_nodes(config), "pipeline")))
    return ProjectFiles(domain, steps, components, Place(config, 1))


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
