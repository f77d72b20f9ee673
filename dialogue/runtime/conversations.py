"""Where conversations live while models come and go: their memory, their locks, the loop they take turns on, and the
threads of their actions.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogue.errors import ProjectError
from dialogue.memory.conversation_store import ConversationStore
from dialogue.options import DialogueOptions
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.action_threads import ActionThreads
from dialogue.runtime.event_loop import EventLoopThread
from dialogue.runtime.tracker_stores import LiveTrackerStore

with quiet_imports():
    from rasa.core.lock_store import LockStore
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.exceptions import RasaException
    from rasa.shared.utils.io import read_config_file
    from rasa.utils.endpoints import EndpointConfig


# What Rasa calls them in an endpoints.yml, in the order of the parameters of AvailableEndpoints.
ENDPOINTS = ("nlg", "nlu", "action_endpoint", "models", "tracker_store", "lock_store", "event_broker")


class Conversations:
    """What all models of one server share; `loop` is the only thread that touches trackers and locks.

    `store` keeps the events; None: one of its own, as the options say.

    Raises ProjectError for an endpoints.yml that cannot be read, ConversationFileError for a damaged `tracker_path`.
    """

    def __init__(self, options: DialogueOptions, store: ConversationStore | None = None) -> None:
        endpoints = read_endpoints(options.endpoints_path)
        self.locks: LockStore = LockStore.create(endpoints.lock_store)
        self._tracker_endpoint = endpoints.tracker_store
        self._store, self._owns_store = store or ConversationStore.of(options), store is None
        self.action_threads = ActionThreads(options.action_timeout_seconds)
        self.loop = EventLoopThread("rasa")

    def tracker_store(self) -> TrackerStore:
        """A store for one more model: it will know that model's domain, and remembers what all of them remember.

        The project's own, else ours.
        """
        if self._tracker_endpoint is not None:
            return TrackerStore.create(self._tracker_endpoint)
        return LiveTrackerStore(self._store)

    def close(self) -> None:
        """Stop the thread; harmless when called twice."""
        self.loop.close()
        if self._owns_store:
            self._store.close()


def read_endpoints(path: Path | None) -> AvailableEndpoints:
    """What an endpoints.yml names; nothing where there is none. Raises ProjectError when it cannot be read."""
    if path is None or not path.is_file():
        return AvailableEndpoints()
    with quiet_prints():
        try:
            return _endpoints(read_config_file(path))
        except RasaException as error:
            raise ProjectError(f"{path} cannot be read: {error}") from error


def _endpoints(content: Mapping[str, Any]) -> AvailableEndpoints:
    """Make what Rasa's `read_endpoints` makes, which reads and checks the file anew for each of them."""
    named = [content.get(kind) for kind in ENDPOINTS]
    return AvailableEndpoints(*(None if values is None else EndpointConfig.from_dict(values) for values in named))
