"""Spoken forms as a Rasa component: name `nlu.components.spoken_text.SpokenTextNormalizer`."""

from collections.abc import Callable, Mapping, Set
from datetime import date
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
    EXTRACTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.component_settings import require_known_keys, require_mapping, require_names
from nlu.components.heard import ADDITIONAL_INFO, HEARD
from nlu.components.tables import synonyms_of, tables_of
from nlu.errors import NluError
from nlu.names.names_file import Catalogues, read_catalogues, write_catalogues
from nlu.names.sound_index import CatalogueName
from nlu.spoken import SpanKind, SpokenSpan, find_spans, written

_ANY_ENTITY = ""  # synonyms are not of one entity


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpokenTextNormalizer(GraphComponent, EntityExtractorMixin):
    """Writes the values of entities as they would be written, and adds numbers, prices, dates as entities of their own.

    `order number four eight two one three` has the value 48213. Put it after the extractors whose entities it is to
    write. `additional_info: {heard: ...}` keeps what the text has. What is another value than the text has, an entry of
    the entity's lookup table or a synonym stays: it is what was meant already. An added `tomorrow` is a date by the
    clock of this machine.
    """

    side_by_side = True
    """Several threads may process messages at a time: a long text does not hold up a short one."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        listed: Mapping[str, Set[str]] | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._normalized: list[str] | None = config["normalize"]
        self._added: dict[str, str] = config["add"]
        self._storage = storage
        self._resource = resource
        self._listed = listed or {}
        self._today = today

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The entities whose values are written (null: all); and which kinds of spans are added as which entity."""
        return {"normalize": None, "add": {}}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise NluError on a setting or a kind of span that does not exist, and on one of another type."""
        require_known_keys(cls.__name__, config, cls.get_default_config())
        require_names(cls.__name__, "normalize", config.get("normalize"))
        require_mapping(cls.__name__, "add", config.get("add", {}))
        unknown = sorted(set(config.get("add", {})) - set(SpanKind))
        if unknown:
            raise NluError(f"{cls.__name__} can add no {unknown[0]!r}: it knows {', '.join(SpanKind)}")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpokenTextNormalizer":
        """Make a component that knows no names yet; raises NluError on settings it cannot use."""
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
    ) -> "SpokenTextNormalizer":
        """Load a component with its names; raises WeightsError where they are damaged."""
        with model_storage.read_from(resource) as directory:
            names = read_catalogues(directory).names
        listed = {entity: frozenset(name.name.lower() for name in own) for entity, own in names.items()}
        return cls(config, model_storage, resource, listed)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the names that are to stay from the lookup tables and synonyms, and persist them."""
        synonyms = synonyms_of(training_data)
        said = [form for form, meant in synonyms.items() if written(form) != meant]
        listed = tables_of(training_data) | {_ANY_ENTITY: [*said, *synonyms.values()]}
        names = {entity: [CatalogueName(name, ()) for name in own] for entity, own in listed.items()}
        with self._storage.write_to(self._resource) as directory:
            write_catalogues(directory, Catalogues(names))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write the values of each message's entities, and add the spans asked for."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                spans = find_spans(text, self._today())
                as_written = {(span.start, span.end): span.written for span in spans}
                entities = [self._written(text, as_written, entity) for entity in message.get(ENTITIES, [])]
                free = (span for span in spans if span.kind in self._added and not _is_taken(span, entities))
                entities += [self._described(text, span) for span in free]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _written(self, text: str, as_written: Mapping[tuple[int, int], str], entity: dict[str, Any]) -> dict[str, Any]:
        """The entity with its value as it is written: as its sentence has it where it is one span, else by itself."""
        value, start, end = entity[ENTITY_ATTRIBUTE_VALUE], entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]
        heard = text[start:end]
        wanted = self._normalized is None or entity[ENTITY_ATTRIBUTE_TYPE] in self._normalized
        if not wanted or self._is_resolved(entity, heard):
            return entity
        meant = as_written.get((start, end)) or written(value)
        if meant == value:
            return entity
        info = {HEARD: heard, **(entity.get(ADDITIONAL_INFO) or {})}
        described: dict[str, Any] = entity | {ENTITY_ATTRIBUTE_VALUE: meant, ADDITIONAL_INFO: info}
        self.add_processor_name(described)
        return described

    def _is_resolved(self, entity: dict[str, Any], heard: str) -> bool:
        """Whether the value is no longer what was said, or a name; extractors may take the text in small letters."""
        value = entity[ENTITY_ATTRIBUTE_VALUE]
        if not isinstance(value, str) or value.lower() != heard.lower():
            return True
        return any(value.lower() in self._listed.get(kind, ()) for kind in (entity[ENTITY_ATTRIBUTE_TYPE], _ANY_ENTITY))

    def _described(self, text: str, span: SpokenSpan) -> dict[str, Any]:
        heard = text[span.start : span.end]
        return {
            ENTITY_ATTRIBUTE_TYPE: self._added[span.kind],
            ENTITY_ATTRIBUTE_START: span.start,
            ENTITY_ATTRIBUTE_END: span.end,
            ENTITY_ATTRIBUTE_VALUE: span.value,
            ADDITIONAL_INFO: {HEARD: heard, "kind": str(span.kind), "written": span.written, "unit": span.unit},
            EXTRACTOR: self.name,
        }


def _is_taken(span: SpokenSpan, known: list[dict[str, Any]]) -> bool:
    return any(span.start < other[ENTITY_ATTRIBUTE_END] and span.end > other[ENTITY_ATTRIBUTE_START] for other in known)
