"""Names by sound as a Rasa component: name `nlu.components.sound_alike.SoundAlikeEntityExtractor`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.component_settings import read_options, require_confidence, require_known_keys, require_names
from nlu.components.closed_kinds import Snapper, doubt_of
from nlu.components.heard import TAGGED
from nlu.components.matched_entities import common_characters, described_match, kept_of
from nlu.components.tables import synonyms_of, tables_of
from nlu.names.names_file import Catalogues, read_catalogues, write_catalogues
from nlu.names.sound_index import CatalogueName, SoundIndex, SoundMatch, identity_of
from nlu.options import SoundOptions

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SoundAlikeEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the names of lookup tables where they are misspelled or misheard, and corrects entities that overlap them.

    The value is the name as the table has it, or what it is a synonym of; `additional_info: {heard: ...}` keeps what
    stands in the text. An entity of the same kind whose value is a name already is left as it is; one that is corrected
    keeps its role and group.
    """

    side_by_side = True
    """Several threads may process messages at a time: a long text does not hold up a short one."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, catalogues: Catalogues | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._indexes = _indexes(catalogues, read_options(config, SoundOptions)) if catalogues else {}
        self._snapper = Snapper(catalogues or Catalogues({}), self.name)
        self._known = {
            entity: {form.lower() for name in names for form in (name.name, *name.forms)}
            for entity, names in (catalogues.names.items() if catalogues else ())
        }

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The lookup tables to use (null: all that are entities), and the least confidence."""
        return {"entities": None, "min_confidence": SoundOptions().min_confidence}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise NluError on a setting that does not exist, and on one of another type or size."""
        defaults = cls.get_default_config()
        require_known_keys(cls.__name__, config, defaults)
        require_names(cls.__name__, "entities", config.get("entities"))
        require_confidence(cls.__name__, "min_confidence", config.get("min_confidence", defaults["min_confidence"]))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SoundAlikeEntityExtractor":
        """Make an untrained component; raises NluError on settings it cannot use."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SoundAlikeEntityExtractor":
        """Load a trained component; raises WeightsError on a damaged model rather than start untrained."""
        with model_storage.read_from(resource) as directory:
            catalogues = read_catalogues(directory)
        return cls(config, model_storage, resource, catalogues)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the names from the lookup tables and synonyms, and persist them."""
        wanted = self._config.get("entities")
        synonyms = synonyms_of(training_data)
        names = {
            entity: _catalogue(elements, synonyms)
            for entity, elements in tables_of(training_data).items()
            if entity in (training_data.entities if wanted is None else wanted)
        }
        doubts = {entity: doubt_of(entity, entries, training_data.nlu_examples) for entity, entries in names.items()}
        closed = {entity: doubt for entity, doubt in doubts.items() if doubt is not None}
        with self._storage.write_to(self._resource) as directory:
            write_catalogues(directory, Catalogues(names, _ordinary_words(training_data.nlu_examples), closed))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add to each message the names it has, in place of what overlaps them and is no name."""
        for message in messages:
            text = message.get(TEXT)
            if text and self._indexes:
                entities = self._snapper.snap_all(text, message.get(ENTITIES, []), message.get(TAGGED) or [])
                matches = self._likeliest_first(text)
                entities = [known for known in entities if not self._is_part(known, matches)]
                for entity, match in matches:
                    entities = self._with_match(entities, entity, match)
                entities.sort(key=lambda known: int(known[ENTITY_ATTRIBUTE_START]))
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _likeliest_first(self, text: str) -> list[tuple[str, SoundMatch]]:
        """The matches of all tables; of equally likely ones the longer first."""
        matches = [(entity, match) for entity, index in self._indexes.items() for match in index.find(text)]
        return sorted(matches, key=lambda pair: (-pair[1].confidence, pair[1].start - pair[1].end))

    def _with_match(self, entities: list[dict[str, Any]], entity: str, match: SoundMatch) -> list[dict[str, Any]]:
        rivals = [known for known in entities if common_characters(known, match) > 0]
        if any(rival[ENTITY_ATTRIBUTE_TYPE] != entity or self._is_name(entity, rival) for rival in rivals):
            return entities
        described = described_match(entity, match, self.name) | kept_of(rivals, match)
        return [known for known in entities if known not in rivals] + [described]

    def _is_part(self, known: dict[str, Any], matches: Iterable[tuple[str, SoundMatch]]) -> bool:
        """Whether a name is part of a longer one of another table that is written there: "medium" in "medium roast"."""
        kind = known[ENTITY_ATTRIBUTE_TYPE]
        length = known[ENTITY_ATTRIBUTE_END] - known[ENTITY_ATTRIBUTE_START]
        return (
            kind in self._known
            and self._is_name(kind, known)
            and any(
                entity != kind
                and match.confidence == 1
                and length == common_characters(known, match) < match.end - match.start
                for entity, match in matches
            )
        )

    def _is_name(self, entity: str, described: dict[str, Any]) -> bool:
        return str(described[ENTITY_ATTRIBUTE_VALUE]).lower() in self._known[entity]


def _indexes(catalogues: Catalogues, options: SoundOptions) -> dict[str, SoundIndex]:
    return {entity: SoundIndex(names, options, catalogues.ordinary_words) for entity, names in catalogues.names.items()}


def _catalogue(elements: Iterable[str], synonyms: Mapping[str, str]) -> list[CatalogueName]:
    """One entry for each thing: all ways to write its name are its forms, and so are the synonyms of one value.

    Its name is what those are synonyms of, or else how the table writes it first.
    """
    names: dict[str, str] = {}
    for said, meant in synonyms.items():
        names[identity_of(said)] = names.setdefault(identity_of(meant), meant)
    forms: dict[str, dict[str, None]] = {}
    for element in elements:
        forms.setdefault(names.setdefault(identity_of(element), element), {})[element] = None
    for said in synonyms:
        name = names[identity_of(said)]
        if name in forms:
            forms[name][said] = None
    return [CatalogueName(name, tuple(said)) for name, said in forms.items()]


def _ordinary_words(examples: Iterable[Message]) -> frozenset[str]:
    """The words of the examples outside of their entities."""
    words: set[str] = set()
    for example in examples:
        text = example.get(TEXT) or ""
        for entity in example.get(ENTITIES, []):
            start, end = entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]
            text = text[:start] + "." * (end - start) + text[end:]
        words.update(_WORD.findall(text.lower()))
    return frozenset(words)
