"""The intent head as a Rasa component: name `nlu.components.minilm_classifier.MiniLMIntentClassifier`."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.configuration import read_options, require_known_keys, shared_encoder
from nlu.intents import IntentModel, train_intents
from nlu.interpretation import Intent
from nlu.options import IntentOptions


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MiniLMIntentClassifier(IntentClassifier, GraphComponent):
    """Classifies intents from sentence vectors; needs no tokenizer and no featurizer before it."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._options = read_options(config, IntentOptions)
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings of `IntentOptions`, and the encoder's folder (null: the installed package)."""
        options = IntentOptions()
        return {
            "encoder": None,
            "l2": options.l2,
            "calibration_folds": options.calibration_folds,
            "noisy_copies": options.noisy_copies,
            "ranking_length": options.ranking_length,
        }

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
    ) -> "MiniLMIntentClassifier":
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
    ) -> "MiniLMIntentClassifier":
        """Load a trained component; raises WeightsError on a damaged model rather than start untrained."""
        with model_storage.read_from(resource) as directory:
            model = IntentModel.load(directory, shared_encoder(config))
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples that have a text and an intent, and persist the model."""
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        texts = [each.get(TEXT) for each in examples]
        intents = [each.get(INTENT) for each in examples]
        self._model = train_intents(texts, intents, shared_encoder(self._config), self._options)
        with self._storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Write the intent and its ranking on each message that has a text."""
        if self._model is None:
            return messages
        spoken = [message for message in messages if message.get(TEXT)]
        for message, ranking in zip(spoken, self._model.rank([each.get(TEXT) for each in spoken]), strict=True):
            kept = [_as_rasa(intent) for intent in ranking[: self._options.ranking_length or None]]
            best = kept[0] if kept else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, kept, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Predict for the training examples, as components after this one may learn from it."""
        self.process(training_data.training_examples)
        return training_data


def _as_rasa(intent: Intent) -> dict[str, Any]:
    return {INTENT_NAME_KEY: intent.name, PREDICTED_CONFIDENCE_KEY: intent.confidence}
