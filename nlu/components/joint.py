"""Intents and entities as one Rasa component: name `nlu.components.joint.MiniLMJointClassifier`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
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
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.component_settings import joint_settings, read_options, require_joint_settings
from nlu.components.heard import TAGGED
from nlu.components.services import services_of
from nlu.components.tables import synonyms_of, tables_of
from nlu.interpretation import Entity, Intent, Interpretation
from nlu.joint.entity_head import AnnotatedText, EntityKind
from nlu.joint.joint_model import JointModel, train_joint
from nlu.joint.listed_texts import listed_texts
from nlu.options import JointOptions

IN_SCOPE = "in_scope"
"""Beside `intent` and `entities` in what is parsed: how likely the text is any of the intents, 0..1."""


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class MiniLMJointClassifier(IntentClassifier, GraphComponent, EntityExtractorMixin):
    """Classifies intents and finds entities, with roles and groups; needs no tokenizer and no featurizer before it.

    An entity that overlaps one found by an earlier extractor is left out: a lookup table knows better.
    """

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: JointModel | None = None,
    ) -> None:
        self._config = config
        self._options = read_options(config, JointOptions)
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of `JointOptions`, and the encoder's folder (null: the installed package)."""
        return joint_settings()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise NluError on a setting that does not exist."""
        require_joint_settings(cls.__name__, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MiniLMJointClassifier":
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
    ) -> "MiniLMJointClassifier":
        """Load a trained component; raises WeightsError on a damaged model rather than start untrained."""
        with model_storage.read_from(resource) as directory:
            encoder = services_of(model_storage).encoder(config)
            model = JointModel.load(directory, encoder, read_options(config, JointOptions))
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all texts, and persist the model."""
        messages = self.filter_trainable_entities(training_data.nlu_examples)
        examples = [_annotated(message) for message in messages if message.get(TEXT)]
        services = services_of(self._storage)
        encoder = services.encoder(self._config)
        # Fine-tuning changes what the encoder makes of texts: nothing of it can be kept.
        learning = services.training_encoder(self._config) if self._options.mode == "frozen" else encoder
        listed = _listed(training_data, messages, examples)
        model = train_joint(examples, learning, self._options, services.describe, listed)
        self._model = replace(model, encoder=encoder) if model.encoder is learning else model
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory, encoder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write intent, ranking, scope and entities on each message that has a text.

        A text without a letter or figure, such as "?", has no intent.
        """
        if self._model is None:
            return messages
        spoken = [message for message in messages if _has_words(message.get(TEXT) or "")]
        for message in messages:
            if message.get(TEXT) and not _has_words(message.get(TEXT)):
                self._write_intent(message, Interpretation(message.get(TEXT), Intent("", 0.0)))
        meanings = self._model.interpret_all([message.get(TEXT) for message in spoken], self.name)
        for message, meaning in zip(spoken, meanings, strict=True):
            self._write_intent(message, meaning)
            known = message.get(ENTITIES, [])
            message.set(TAGGED, [_entity_as_rasa(entity) for entity in meaning.entities])
            fresh = [_entity_as_rasa(entity) for entity in meaning.entities if not _overlaps(entity, known)]
            message.set(ENTITIES, known + fresh, add_to_output=True)
        return messages

    def _write_intent(self, message: Message, meaning: Interpretation) -> None:
        kept = [_intent_as_rasa(intent) for intent in meaning.ranking[: self._options.ranking_length or None]]
        best = kept[0] if kept else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
        message.set(INTENT, best, add_to_output=True)
        message.set(INTENT_RANKING_KEY, kept, add_to_output=True)
        if meaning.in_scope is not None:
            message.set(IN_SCOPE, meaning.in_scope, add_to_output=True)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Predict for the training examples, as components after this one may learn from it."""
        self.process(training_data.training_examples)
        return training_data


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _annotated(message: Message) -> AnnotatedText:
    entities = tuple(
        (
            EntityKind(
                entity[ENTITY_ATTRIBUTE_TYPE],
                entity.get(ENTITY_ATTRIBUTE_ROLE) or "",
                entity.get(ENTITY_ATTRIBUTE_GROUP) or "",
            ),
            (entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]),
        )
        for entity in message.get(ENTITIES, [])
    )
    return AnnotatedText(message.get(TEXT), message.get(INTENT) or "", entities)


def _listed(
    training_data: TrainingData, messages: Sequence[Message], examples: Sequence[AnnotatedText]
) -> list[AnnotatedText]:
    values = (
        (entity[ENTITY_ATTRIBUTE_TYPE], str(entity[ENTITY_ATTRIBUTE_VALUE]))
        for message in messages
        for entity in message.get(ENTITIES, [])
    )
    tables = ((name, entry) for name, entries in tables_of(training_data).items() for entry in entries)
    return listed_texts(examples, values, tables, synonyms_of(training_data).items())


def _overlaps(entity: Entity, known: list[dict[str, Any]]) -> bool:
    return any(
        entity.start < other[ENTITY_ATTRIBUTE_END] and entity.end > other[ENTITY_ATTRIBUTE_START] for other in known
    )


def _intent_as_rasa(intent: Intent) -> dict[str, Any]:
    return {INTENT_NAME_KEY: intent.name, PREDICTED_CONFIDENCE_KEY: intent.confidence}


def _entity_as_rasa(entity: Entity) -> dict[str, Any]:
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
