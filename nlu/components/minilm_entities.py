"""The entity head as a Rasa component: name `nlu.components.minilm_entities.MiniLMEntityExtractor`."""

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import ENTITY_ATTRIBUTE_CONFIDENCE_TYPE
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_GROUP,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.configuration import read_options, require_known_keys, shared_encoder
from nlu.entities import AnnotatedText, EntityModel, train_entities
from nlu.interpretation import Entity
from nlu.options import EntityOptions
from nlu.tagging import EntityKind

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class MiniLMEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds entities, with roles and groups, from word vectors; needs no tokenizer and no featurizer.

    An entity that overlaps one found by an earlier extractor is left out: a lookup table knows better.
    """

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: EntityModel | None = None,
    ) -> None:
        self._config = config
        self._options = read_options(config, EntityOptions)
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of `EntityOptions`, and the encoder's folder (null: the installed package)."""
        return {"encoder": None, "l2": EntityOptions().l2}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise NluError on a setting that does not exist."""
        require_known_keys(cls.__name__, config, cls.get_default_config())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MiniLMEntityExtractor":
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "MiniLMEntityExtractor":
        """Load a trained component; raises WeightsError on a damaged model rather than start untrained."""
        with model_storage.read_from(resource) as directory:
            model = EntityModel.load(directory, shared_encoder(config))
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all texts, those without an entity too, and persist the model."""
        messages = self.filter_trainable_entities(training_data.nlu_examples)
        examples = [_annotated(message) for message in messages if message.get(TEXT)]
        self._model = train_entities(examples, shared_encoder(self._config), self._options)
        if not self._model.kinds:
            logger.warning("no example has an entity: %s will find none", self.name)
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities found to each message that has a text."""
        if self._model is None:
            return messages
        spoken = [message for message in messages if message.get(TEXT)]
        texts = [message.get(TEXT) for message in spoken]
        for message, entities in zip(spoken, self._model.find(texts, self.name), strict=True):
            known = message.get(ENTITIES, [])
            fresh = [_as_rasa(entity) for entity in entities if not _overlaps(entity, known)]
            message.set(ENTITIES, known + fresh, add_to_output=True)
        return messages


def _annotated(message: Message) -> AnnotatedText:
    entities = tuple(
        (
            EntityKind(
                each[ENTITY_ATTRIBUTE_TYPE],
                each.get(ENTITY_ATTRIBUTE_ROLE) or "",
                each.get(ENTITY_ATTRIBUTE_GROUP) or "",
            ),
            (each[ENTITY_ATTRIBUTE_START], each[ENTITY_ATTRIBUTE_END]),
        )
        for each in message.get(ENTITIES, [])
    )
    return AnnotatedText(message.get(TEXT), entities)


def _overlaps(entity: Entity, known: list[dict[str, Any]]) -> bool:
    return any(
        entity.start < each[ENTITY_ATTRIBUTE_END] and entity.end > each[ENTITY_ATTRIBUTE_START] for each in known
    )


def _as_rasa(entity: Entity) -> dict[str, Any]:
    described: dict[str, Any] = {
        ENTITY_ATTRIBUTE_TYPE: entity.name,
        ENTITY_ATTRIBUTE_START: entity.start,
        ENTITY_ATTRIBUTE_END: entity.end,
        ENTITY_ATTRIBUTE_VALUE: entity.value,
        ENTITY_ATTRIBUTE_CONFIDENCE_TYPE: entity.confidence,
        EXTRACTOR: entity.extractor,
    }
    if entity.role:
        described[ENTITY_ATTRIBUTE_ROLE] = entity.role
    if entity.group:
        described[ENTITY_ATTRIBUTE_GROUP] = entity.group
    return described
