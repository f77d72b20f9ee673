"""A Rasa component that shows from outside what its process gave it."""

from typing import Any

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.engine.graph import ExecutionContext, GraphComponent
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.storage.resource import Resource
    from rasa.engine.storage.storage import ModelStorage
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.services import services_of

REPORTING = f"{__name__}.Reporting"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class Reporting(GraphComponent):  # type: ignore[misc]  # Rasa has no types
    """Describes its training, and writes into each message how many tokens the encoder takes."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Reporting":
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        services_of(self._storage).describe("reporting")
        with self._storage.write_to(self._resource) as folder:
            (folder / "trained").touch()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set("max_tokens", services_of(self._storage).encoder_options.max_tokens, add_to_output=True)
        return messages
