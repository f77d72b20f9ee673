"""Loads a trained model into a Rasa agent whose components are given what this process has for them."""

import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

from dialogue.quiet import quiet_imports
from dialogue.runtime.action_endpoint import InProcessActionEndpoint
from dialogue.runtime.ordered_runner import OrderedGraphRunner
from nlu.components.services import ComponentServices, ServingModelStorage
from nlu.errors import NluError

with quiet_imports():
    from rasa.core.actions.action import Action, RemoteAction, action_for_name_or_text
    from rasa.core.agent import Agent
    from rasa.core.lock_store import LockStore
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.processor import MessageProcessor
    from rasa.core.tracker_store import TrackerStore
    from rasa.engine.exceptions import GraphComponentException
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.runner.interface import GraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.storage import ModelMetadata
    from rasa.exceptions import ModelNotFound
    from rasa.shared.core.constants import ACTION_LISTEN_NAME
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.shared.exceptions import RasaException
    from rasa.utils.endpoints import EndpointConfig

    from nlu.components.spacy_model import with_bounded_spacy

# What a model that is damaged, or was trained by other code, makes Rasa raise.
UNUSABLE = (
    RasaException,
    GraphComponentException,
    ModelNotFound,
    NluError,
    tarfile.TarError,
    zlib.error,
    OSError,
    EOFError,
    ImportError,
    SyntaxError,
    ValueError,
    KeyError,
)


def load_agent(
    model_path: Path,
    services: ComponentServices,
    *,
    action_endpoint: EndpointConfig | None = None,
    generator: EndpointConfig | None = None,
    tracker_store: TrackerStore | None = None,
    lock_store: LockStore | None = None,
) -> Agent:
    """Load a model as `Agent.load` does; raises one of UNUSABLE when it is damaged or was trained by other code."""
    metadata, runner = _load_graph(model_path, services)
    agent = Agent(metadata.domain, generator, tracker_store, lock_store, action_endpoint)
    agent.processor = _LoadedProcessor(
        metadata,
        runner,
        model_path=model_path,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        generator=agent.nlg,
        action_endpoint=action_endpoint,
    )
    return agent


def _load_graph(model_path: Path, services: ComponentServices) -> tuple[ModelMetadata, GraphRunner]:
    """Unpack the model and load its components."""
    with tempfile.TemporaryDirectory(prefix="heedful-model-") as folder:
        _, metadata = LocalModelStorage.from_model_archive(Path(folder), model_path)
        schema = with_bounded_spacy(metadata.predict_schema)
        context = ExecutionContext(graph_schema=schema, model_id=metadata.model_id)
        runner = OrderedGraphRunner.create(schema, ServingModelStorage(Path(folder), services), context)
    return metadata, runner


class _LoadedProcessor(MessageProcessor):
    """Rasa's message processor, for a model that is loaded already.

    Rasa's constructor loads the model itself, into a storage of its own class, which has nothing for our components. It
    does so in `_load_model`: this private method, and no other, is replaced here. The alternatives are worse: to set
    the processor's dozen attributes in place of its constructor, or to load every model twice.
    """

    def __init__(self, metadata: ModelMetadata, runner: GraphRunner, **settings: Any) -> None:
        self._loaded = metadata, runner
        super().__init__(**settings)

    def _load_model(self, model_path: Path) -> tuple[str, ModelMetadata, GraphRunner]:
        return model_path.name, *self._loaded

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """Predict the next action: to listen, after an action failed, since what follows takes it for done."""
        endpoint = self.action_endpoint
        if isinstance(endpoint, InProcessActionEndpoint) and endpoint.has_failed(tracker.sender_id):
            listening = PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME)
            return action_for_name_or_text(ACTION_LISTEN_NAME, self.domain, endpoint), listening
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return action, prediction


def _nothing_to_check() -> dict[str, Any]:
    """Return a schema that everything fits."""
    return {}


# Rasa compiles and checks its schema of what an action returns at each action, for 10 to 30 ms; our endpoint has
# checked all answers by then. A class of our own does not do: forms and the extraction of slots make their own actions.
RemoteAction.action_response_format_spec = staticmethod(_nothing_to_check)
