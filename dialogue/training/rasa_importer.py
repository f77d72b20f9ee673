"""What Rasa's importers make of a project's files, in a fraction of the time: each file is read once, and no example
is copied. Rasa reads all of them twice and copies them five times.
"""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from yaml import Node

from dialogue.patterns.default_domain import POLICY, with_defaults
from dialogue.project.project_files import components_of
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from nlu.data.yaml_nodes import DataError, child, entries, items, read_nodes, scalar

with quiet_imports():
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.training_data.structures import StoryGraph
    from rasa.shared.importers.importer import (
        E2EImporter,
        ResponsesSyncImporter,
        TrainingDataImporter,
        _additional_training_data_from_default_actions,
    )
    from rasa.shared.importers.rasa import RasaFileImporter
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.nlu.training_data.util import check_duplicate_synonym
    from rasa.shared.utils.common import cached_method
    from rasa.shared.utils.validation import validate_training_data_format_version

KINDS = ("intent", "lookup", "regex", "synonym")
PLAIN_BLOCKS = tuple(["examples", kind] for kind in KINDS)
TEXT, TRUTH = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
# Rasa replaces ${NAME} by the environment's, and takes \u00e9 for a letter in files of ASCII.
NOT_PLAIN = ("${", "\\")


def project_importer(project: Project) -> TrainingDataImporter:
    """The importer of a project: Rasa's own where the config names some."""
    config, domain, data = str(project.config), project.rasa_domain, project.rasa_data
    if project.has_importers:
        return TrainingDataImporter.load_from_config(config, domain, data)
    has_patterns = POLICY in components_of(project.config, "policies")
    return _WholeImporter(_FileImporter(config, domain, data, has_patterns))


class _FileImporter(RasaFileImporter):
    """Reads each file once; `has_patterns`: the domain has what the conversation patterns say, too."""

    def __init__(self, config: str, domain: str | None, data: list[str], has_patterns: bool) -> None:
        super().__init__(config, domain, data)
        self._has_patterns = has_patterns

    @functools.cached_property
    def _examples(self) -> TrainingData:
        language = self.get_config().get("language") or "en"
        return _joined(_read(file, language) for file in self._nlu_files)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples, in the language of the config: Rasa asks for any at first, for that one in the end."""
        return self._examples

    @cached_method
    def get_domain(self) -> Domain:
        """The domain."""
        domain = super().get_domain()
        return with_defaults(domain) if self._has_patterns else domain

    @cached_method
    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The stories and rules."""
        return super().get_stories(exclusion_percentage)


class _WholeImporter(E2EImporter):
    """Adds what stories and domain say to the examples, as Rasa's chain of importers does."""

    def __init__(self, files: _FileImporter) -> None:
        super().__init__(ResponsesSyncImporter(files))
        self._files = files

    @functools.cached_property
    def _examples(self) -> TrainingData:
        return _joined(
            [
                _additional_training_data_from_default_actions(),
                self._files.get_nlu_data(),
                TrainingData(responses=self._files.get_domain().retrieval_intent_responses),
                self._additional_training_data_from_stories(),
            ]
        )

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples with those of the stories."""
        return self._examples


def _joined(parts: Iterable[TrainingData]) -> TrainingData:
    """As `TrainingData.merge`, without a copy of every example."""
    whole, given = TrainingData(), list(parts)
    for part in given:
        whole.training_examples += part.training_examples
        for text, value in part.entity_synonyms.items():
            check_duplicate_synonym(whole.entity_synonyms, text, value, "merging training data")
        whole.entity_synonyms |= part.entity_synonyms
        whole.regex_features += part.regex_features
        whole.lookup_tables += part.lookup_tables
        whole.responses |= part.responses
    whole.sort_regex_features()
    # The parts are clean already, and a hash of every example takes long.
    if len(given) > 1:
        whole.training_examples = list(dict.fromkeys(whole.training_examples))
    whole._fill_response_phrases()
    return whole


def _read(file: str, language: str) -> TrainingData:
    if RasaYAMLReader.is_yaml_nlu_file(file):
        return _PlainReader().read(file, language=language)
    return load_data(file, language)


class _PlainReader(RasaYAMLReader):
    """Rasa's reader, which is spared its notation and its schema where a file is plain: both take it most of the time.

    Plain is what has nothing but blocks of examples; of anything else, and of every mistake, Rasa tells itself.
    """

    def reads(self, string: str, **kwargs: Any) -> TrainingData:
        """The training data of a file's text."""
        content = None if any(sign in string for sign in NOT_PLAIN) else _plain_content(Path(self.filename))
        if content is None:
            return super().reads(string, **kwargs)
        version, blocks = content
        if not validate_training_data_format_version({"version": version}, self.filename):
            return TrainingData()
        self._parse_nlu(blocks)
        return TrainingData(self.training_examples, self.entity_synonyms, self.regex_features, self.lookup_tables)


def _plain_content(file: Path) -> tuple[str, list[dict[str, str]]] | None:
    """The version of a plain file's format, and its blocks; None of any other file."""
    try:
        root = read_nodes(file)
    except DataError:
        return None
    members = items(child(root, "nlu"))
    texts = [child(root, "version"), *(value for member in members for _, value in entries(member))]
    if _keys(root) != ["nlu", "version"] or not all(_keys(member) in PLAIN_BLOCKS for member in members):
        return None
    if not members or not all(map(_is_text, texts)):
        return None
    blocks = [{key.value: scalar(value) for key, value in entries(member)} for member in members]
    return scalar(child(root, "version")), blocks


def _keys(node: Node | None) -> list[str]:
    return sorted(key.value for key, _ in entries(node))


def _is_text(node: Node | None) -> bool:
    """Whether Rasa reads it as a text that is not empty; `yes` and `no` are none in the YAML 1.1 of our nodes alone."""
    if node is None or not node.value:
        return False
    return node.tag == TEXT or (node.tag == TRUTH and node.value.lower() not in ("true", "false"))
