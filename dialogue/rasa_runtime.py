"""A trained Rasa model in this process: text to interpretation, interpretation to reply."""

import tarfile
import threading
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Any, Self

from rasa_sdk.executor import ActionExecutor

from dialogue.action_endpoint import InProcessActionEndpoint
from dialogue.action_folder import register_folder
from dialogue.actions import MANNERS, AnswerAction, QuestionAnswerer
from dialogue.conversion import interpretation_of, parse_data_of, reply_of
from dialogue.errors import ActionError, ModelError, ProjectError
from dialogue.event_loop import EventLoopThread
from dialogue.options import DialogueOptions
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.reply import Reply
from dialogue.training import train
from nlu.errors import NluError
from nlu.interpretation import Intent, Interpretation

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
    from rasa.core.lock_store import LockStore
    from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.engine.exceptions import GraphComponentException
    from rasa.exceptions import ModelNotFound
    from rasa.shared.core.events import ActionExecuted, Restarted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.shared.exceptions import RasaException

__all__ = ["RasaRuntime", "train"]

REMEMBERED_PARSES = 256

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
    ValueError,
    KeyError,
)


class RasaRuntime:
    """One loaded model and its conversations; every method may be called from any thread.

    Rasa runs on one event-loop thread of its own, so turns of different conversations take their turn there.
    """

    def __init__(
        self, loop: EventLoopThread, agent: Agent, actions: InProcessActionEndpoint, options: DialogueOptions
    ) -> None:
        self._loop = loop
        self._agent = agent
        self._actions = actions
        self._options = options
        self._parses: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._parses_lock = threading.Lock()

    @classmethod
    def load(
        cls,
        model_path: Path,
        answerer: QuestionAnswerer,
        actions_dir: Path | None = None,
        options: DialogueOptions | None = None,
    ) -> Self:
        """Load a model that `train` made, with the project's own actions from `actions_dir`.

        Raises ModelError when the model is missing or damaged, ProjectError when the actions cannot be imported.
        """
        options = options or DialogueOptions()
        if not model_path.is_file():
            raise ModelError(f"there is no model {model_path}: run `heedful train`")
        endpoints = _read_endpoints(options.endpoints_path)
        executor = ActionExecutor()
        for manner in MANNERS:
            executor.register_action(AnswerAction(answerer, manner))
        if actions_dir is not None and actions_dir.exists() and endpoints.action is None:
            register_folder(executor, actions_dir)
        actions = InProcessActionEndpoint(executor, endpoints.action)
        loop = EventLoopThread("rasa")
        try:
            with quiet_prints():
                agent = loop.run(_load_agent(model_path, actions, endpoints, options))
        except UNUSABLE as error:
            loop.close()
            raise ModelError(f"the model {model_path} cannot be loaded ({error}): run `heedful train`") from error
        return cls(loop, agent, actions, options)

    def interpret(self, text: str) -> Interpretation:
        """What `text` means; blank text has an empty intent. Raises DialogueError when Rasa does not answer."""
        if not text.strip():
            return Interpretation(text, Intent("", 0.0))
        parse_data = self._loop.run(self._agent.parse_message(text), self._options.turn_timeout_seconds)
        with self._parses_lock:
            self._parses[text] = parse_data
            while len(self._parses) > REMEMBERED_PARSES:
                self._parses.popitem(last=False)
        return interpretation_of(parse_data)

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        """Take one turn in a conversation, which begins with its first turn; blank text is met with silence.

        Raises ActionError when an action failed, DialogueError when the turn took too long.
        """
        if not interpretation.text.strip():
            return Reply(())
        parse_data = self._parse_data(interpretation)
        return self._loop.run(self._turn(conversation_id, parse_data), self._options.turn_timeout_seconds)

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation's slots, forms and history; the next turn of that id starts afresh."""
        self._loop.run(self._forget(conversation_id), self._options.turn_timeout_seconds)

    def close(self) -> None:
        """Stop the thread; later calls raise DialogueError."""
        self._loop.close()

    def _parse_data(self, interpretation: Interpretation) -> dict[str, Any]:
        """Rasa's own parse of this interpretation, which knows more (response selectors), where it is at hand."""
        with self._parses_lock:
            known = self._parses.get(interpretation.text)
        if known is not None and interpretation_of(known) == interpretation:
            return known
        return parse_data_of(interpretation)

    async def _turn(self, conversation_id: str, parse_data: dict[str, Any]) -> Reply:
        channel = CollectingOutputChannel()
        message = UserMessage(
            text=parse_data["text"], output_channel=channel, sender_id=conversation_id, parse_data=parse_data
        )
        await self._agent.handle_message(message)
        failure = self._actions.take_failure(conversation_id)
        if failure is not None:
            raise ActionError(f"an action failed while replying: {failure!r}") from failure
        tracker = await self._agent.tracker_store.retrieve(conversation_id)
        return reply_of(channel.messages, tracker.current_slot_values(), _latest_actions(tracker))

    async def _forget(self, conversation_id: str) -> None:
        async with self._agent.lock_store.lock(conversation_id):
            # The agent wraps the store in one that falls back to memory when a database fails.
            store = getattr(self._agent.tracker_store, "_tracker_store", self._agent.tracker_store)
            if isinstance(store, InMemoryTrackerStore):
                store.store.pop(conversation_id, None)
            elif isinstance(store, SQLTrackerStore):
                with store.session_scope() as session:
                    session.query(store.SQLEvent).filter_by(sender_id=conversation_id).delete()
                    session.commit()
            else:
                tracker = await store.get_or_create_tracker(conversation_id)
                tracker.update(Restarted())
                await store.save(tracker)


async def _load_agent(
    model_path: Path, actions: InProcessActionEndpoint, endpoints: AvailableEndpoints, options: DialogueOptions
) -> Agent:
    return Agent.load(
        str(model_path),
        action_endpoint=actions,
        generator=endpoints.nlg,
        tracker_store=_tracker_store(endpoints, options),
        lock_store=LockStore.create(endpoints.lock_store),
    )


def _tracker_store(endpoints: AvailableEndpoints, options: DialogueOptions) -> TrackerStore:
    """The project's own store, else SQLite, else memory; the agent gives it the model's domain."""
    if endpoints.tracker_store is not None:
        return TrackerStore.create(endpoints.tracker_store)
    if options.tracker_path is not None:
        options.tracker_path.parent.mkdir(parents=True, exist_ok=True)
        return SQLTrackerStore(dialect="sqlite", db=str(options.tracker_path))
    return InMemoryTrackerStore(None)


def _read_endpoints(path: Path | None) -> AvailableEndpoints:
    if path is None or not path.is_file():
        return AvailableEndpoints()
    with quiet_prints():
        try:
            return AvailableEndpoints.read_endpoints(str(path))
        except RasaException as error:
            raise ProjectError(f"{path} cannot be read: {error}") from error


def _latest_actions(tracker: DialogueStateTracker) -> list[str]:
    """The names of the actions that ran since the user last spoke."""
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted):
            names.append(event.action_name)
    return names[::-1]
