"""A trained Rasa model in this process: text to interpretation, interpretation to reply."""

import logging
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Self, TypeVar

from rasa_sdk.executor import ActionExecutor

from dialogue.answer_manners import ANSWER_ACTIONS, MANNERS
from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.errors import ActionError, DialogueError, ModelError, ProjectError
from dialogue.options import DialogueOptions
from dialogue.patterns.repeat_action import RepeatAction
from dialogue.patterns.signals import signals_of
from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import CLIENT_TOOLS, require_model
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.reply import Reply
from dialogue.runtime.action_endpoint import InProcessActionEndpoint
from dialogue.runtime.action_folder import register_folder
from dialogue.runtime.action_threads import ActionThreads
from dialogue.runtime.answer_actions import AnswerAction, QuestionAnswerer
from dialogue.runtime.conversations import Conversations, read_endpoints
from dialogue.runtime.conversion import interpretation_of, parse_data_of, reply_of
from dialogue.runtime.event_loop import EventLoopThread
from dialogue.runtime.model_loading import UNUSABLE, load_agent
from dialogue.runtime.processor import LoadedProcessor, TurnChannel, waits
from dialogue.runtime.tracker_stores import LiveTrackerStore
from dialogue.tools.bindings import Binding, load_bindings
from dialogue.tools.tool_turn import ToolTurn
from nlu.components.services import ComponentServices
from nlu.interpretation import Intent, Interpretation
from nlu.options import EncoderOptions

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
    from rasa.shared.core.events import (
        ActionExecuted,
        ActiveLoop,
        BotUttered,
        Event,
        Restarted,
        SlotSet,
        UserUtteranceReverted,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

# The conversation of a rehearsal, which nobody else has.
REHEARSAL = "heedful-rehearsal"

LONG_CHARACTERS = 400
"""Longer texts, which take a multiple of the usual time to understand, wait for each other and hold up nobody else."""

Result = TypeVar("Result")


class RasaRuntime:
    """One loaded model; every method may be called from any thread.

    Rasa's dialogue runs on the event-loop thread of the conversations, so turns of different ones take their turn
    there. Its understanding runs on threads of the model's own beside it, one of them for long texts: none of the three
    waits for another.
    """

    def __init__(
        self,
        model: "_LoadedModel",
        conversations: Conversations,
        options: DialogueOptions,
    ) -> None:
        self._model: _LoadedModel | None = model
        self._conversations = conversations
        self._options = options
        self._reading = EventLoopThread("understanding")
        self._reading_at_length = EventLoopThread("understanding-at-length")

    @classmethod
    def load(
        cls,
        model_path: Path,
        answerer: QuestionAnswerer,
        actions_dir: Path | None = None,
        options: DialogueOptions | None = None,
        conversations: Conversations | None = None,
        encoder_options: EncoderOptions | None = None,
    ) -> Self:
        """Load a model that `train` made, with the project's own actions from `actions_dir`, and its own components
        and client_tools.yml from the folder that `actions_dir` is in.

        It goes on with `conversations`, which other models may hold at the same time; None: its own, which end with
        it. Its encoder runs as `encoder_options` say; None: by default. Raises ModelError when the model is missing,
        damaged or another Rasa's, ProjectError when the actions cannot be imported or client_tools.yml not read.
        """
        options = options or DialogueOptions()
        require_model(model_path)
        endpoints = read_endpoints(options.endpoints_path)
        bindings = load_bindings(actions_dir.parent / CLIENT_TOOLS) if actions_dir else ()
        with ExitStack() as undoing:
            shared = conversations or undoing.enter_context(closing(Conversations(options)))
            try:
                with own_modules(actions_dir.parent) if actions_dir else nullcontext(), quiet_prints():
                    actions = _actions(answerer, actions_dir, endpoints, shared.action_threads)
                    store = shared.tracker_store()
                    agent = load_agent(
                        model_path,
                        ComponentServices(encoder_options or EncoderOptions()),
                        action_endpoint=actions,
                        generator=endpoints.nlg,
                        tracker_store=store,
                        lock_store=shared.locks,
                    )
            except UNUSABLE as error:
                raise ModelError(f"the model {model_path} cannot be loaded ({error}): run `heedful train`") from error
            loaded = _LoadedModel(agent, actions, store, bindings, undoing.pop_all())
        return cls(loaded, shared, options)

    def interpret(self, text: str) -> Interpretation:
        """What `text` means; blank text has an empty intent. Raises DialogueError when Rasa does not answer."""
        if not text.strip():
            return Interpretation(text, Intent("", 0.0))
        parsing = self._open_model().agent.parse_message(text)
        reading = self._reading if len(text) <= LONG_CHARACTERS else self._reading_at_length
        return interpretation_of(reading.run(parsing, self._options.turn_timeout_seconds))

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        """Take one turn in a conversation, which begins with its first turn; blank text is met with silence.

        A turn ends where an action fails: with what was said before. It stops where it calls functions of the client's,
        of those offered, until `go_on`; the next turn goes on without them. Raises ActionError when an action fails and
        nothing was said, DialogueError when the turn took too long.
        """
        if not interpretation.text.strip():
            return Reply(())
        return self._run(_turn(self._open_model(), conversation_id, parse_data_of(interpretation), offer))

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        """Take what functions of the client's returned, and go on with the turn that waits for it.

        Where none waits any more, the outputs set slots and say their response all the same. Without outputs, the
        function is called that the offer forces. Raises as `respond` does.
        """
        return self._run(_continuation(self._open_model(), conversation_id, tuple(outputs), offer))

    def rewind(self, conversation_id: str) -> None:
        """Take back the last turn of a conversation: what it said, and what it did to slots and forms.

        It costs as much as reading the conversation once. What actions did elsewhere stays done.
        """
        self._run(_rewind(self._open_model(), conversation_id))

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation's slots, forms and history; the next turn of that id starts afresh."""
        self._run(_forget(self._open_model(), conversation_id))

    def rehearse(self, interpretation: Interpretation) -> Reply:
        """Take one turn in a conversation that is then forgotten, without running the project's own actions: what
        they do cannot be taken back. Raises as `respond` does.
        """
        try:
            self.branch(REHEARSAL, REHEARSAL)  # nothing of it is kept
            with self._open_model().actions.skipped_in(REHEARSAL):
                return self.respond(REHEARSAL, interpretation)
        finally:
            self.forget(REHEARSAL)

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        """Take in what was said before, elsewhere: by the user, or by the assistant.

        What a user said takes its turn, so that slots and forms are as if it had been said here. Its reply is dropped,
        and the project's own actions do not run. A turn that fails for want of them is left out.
        """
        if isinstance(past, Reply):
            self._run(_remember_reply(self._open_model(), conversation_id, past))
            return
        with self._open_model().actions.skipped_in(conversation_id):
            try:
                self.respond(conversation_id, past)
            except ActionError as error:
                logger.info("a message of the past is left out: %s", error)

    def slot_values(self, conversation_id: str) -> dict[str, tuple[Any, ...]]:
        """Return the values that each slot had in the last turn of a conversation, that of now as the last."""
        return self._run(_slot_values(self._open_model(), conversation_id))

    def set_slots(self, conversation_id: str, values: Mapping[str, object]) -> None:
        """Give slots of a conversation these values; it begins where it has not. Raises ProjectError for no slot."""
        self._run(_set_slots(self._open_model(), conversation_id, values))

    def set_aside(self, conversation_id: str) -> None:
        """Hold a conversation ready no longer, which may go on later."""
        store = self._open_model().store
        if isinstance(store, LiveTrackerStore):
            self._run(_set_aside(store, conversation_id))

    def branch(self, origin_id: str, conversation_id: str) -> None:
        """Let a conversation that is forgotten soon begin where another one is now."""
        self._run(_branch(self._open_model(), origin_id, conversation_id))

    @property
    def alive(self) -> bool:
        """Return whether turns can be taken: the threads of the model and of the dialogue run."""
        threads = (self._reading, self._reading_at_length, self._conversations.loop)
        return self._model is not None and all(thread.alive for thread in threads)

    def close(self) -> None:
        """Let go of the model; later calls raise DialogueError. For when no call runs; harmless when called twice."""
        model, self._model = self._model, None
        self._reading.close()
        self._reading_at_length.close()
        if model is None:
            return
        if isinstance(model.store, SQLTrackerStore):
            model.store.engine.dispose()
        model.held.close()

    @property
    def asks_knowledge(self) -> bool:
        """Whether the domain has an action that answers from the knowledge."""
        domain = self._open_model().agent.domain
        return domain is not None and not ANSWER_ACTIONS.isdisjoint(domain.action_names_or_texts)

    def _run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return self._conversations.loop.run(coroutine, self._options.turn_timeout_seconds)

    def _open_model(self) -> "_LoadedModel":
        if self._model is None:
            raise DialogueError("the dialogue is closed: load it again")
        return self._model


@dataclass(frozen=True, slots=True)
class _LoadedModel:
    """A model's agent, the actions that it runs, the store that it keeps its trackers in, and what calls the client.

    `held` is what ends with the model.
    """

    agent: Agent
    actions: InProcessActionEndpoint
    store: TrackerStore
    bindings: tuple[Binding, ...]
    held: ExitStack


async def _turn(model: _LoadedModel, conversation_id: str, parse_data: dict[str, Any], offer: ToolOffer) -> Reply:
    channel = TurnChannel(ToolTurn(model.bindings, offer))
    message = UserMessage(
        text=parse_data["text"], output_channel=channel, sender_id=conversation_id, parse_data=parse_data
    )
    await _leave_what_is_over(model.agent, conversation_id)
    return await _replied(model, conversation_id, channel, model.agent.handle_message(message))


async def _continuation(
    model: _LoadedModel, conversation_id: str, outputs: tuple[ToolOutput, ...], offer: ToolOffer
) -> Reply:
    channel = TurnChannel(ToolTurn(model.bindings, offer))
    return await _replied(model, conversation_id, channel, _go_on(model.agent, conversation_id, outputs, channel))


async def _go_on(agent: Agent, conversation_id: str, outputs: tuple[ToolOutput, ...], channel: TurnChannel) -> None:
    assert isinstance(agent.processor, LoadedProcessor)
    async with agent.lock_store.lock(conversation_id):
        await agent.processor.go_on(conversation_id, outputs, channel)


async def _replied(
    model: _LoadedModel, conversation_id: str, channel: TurnChannel, turn: Coroutine[Any, Any, object]
) -> Reply:
    """Take the turn; return what it says and calls."""
    # Only now: the turn before this one is over, whose failure is its own.
    model.actions.take_failure(conversation_id)  # of what ran between the turns
    try:
        await turn
    finally:
        failure = model.actions.take_failure(conversation_id)
    if failure is not None and not channel.messages:
        if isinstance(failure, ActionError):
            raise failure
        raise ActionError(f"an action failed while replying: {failure!r}") from failure
    tracker = await model.agent.tracker_store.retrieve(conversation_id)
    signals = signals_of(reversed(tracker.events)) if tracker else ()
    return replace(reply_of(channel.messages, _latest_actions(tracker), channel.tools.calls), signals=signals)


async def _leave_what_is_over(agent: Agent, conversation_id: str) -> None:
    """Go out of a form that this model lacks and the one before it had: Rasa would fail at it in every turn; and end a
    turn that waits for the client, since the user goes on.
    """
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.tracker_store.retrieve(conversation_id)
        if tracker is None:
            return
        new: list[Event] = []
        if tracker.active_loop_name and tracker.active_loop_name not in agent.domain.action_names_or_texts:
            new.append(ActiveLoop(None))
            if REQUESTED_SLOT in tracker.slots:
                new.append(SlotSet(REQUESTED_SLOT, None))
        if waits(tracker):
            new.append(ActionExecuted(ACTION_LISTEN_NAME))
        if new:
            tracker.update_with_events(new, agent.domain)
            await agent.tracker_store.save(tracker)


async def _remember_reply(model: _LoadedModel, conversation_id: str, reply: Reply) -> None:
    agent = model.agent
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.processor.fetch_tracker_with_initial_session(conversation_id)
        for text in reply.texts:
            tracker.update(BotUttered(text))
        await agent.tracker_store.save(tracker)


async def _slot_values(model: _LoadedModel, conversation_id: str) -> dict[str, tuple[Any, ...]]:
    tracker = await model.agent.tracker_store.retrieve(conversation_id)
    if tracker is None:
        return {}
    newest_first = takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))
    values: dict[str, tuple[Any, ...]] = {name: (value,) for name, value in tracker.current_slot_values().items()}
    for event in newest_first:
        if isinstance(event, SlotSet) and event.key in values:
            values[event.key] = (event.value, *values[event.key])
    return values


async def _set_slots(model: _LoadedModel, conversation_id: str, values: Mapping[str, object]) -> None:
    agent = model.agent
    async with agent.lock_store.lock(conversation_id):
        tracker = await agent.processor.fetch_tracker_with_initial_session(conversation_id)
        if unknown := values.keys() - tracker.slots.keys():
            raise ProjectError(f"the domain has no slot {', '.join(sorted(unknown))}")
        tracker.update_with_events([SlotSet(name, value) for name, value in values.items()], agent.domain)
        await agent.tracker_store.save(tracker)


async def _set_aside(store: LiveTrackerStore, conversation_id: str) -> None:
    store.set_aside(conversation_id)


async def _branch(model: _LoadedModel, origin_id: str, conversation_id: str) -> None:
    store = model.store  # without the lock: what it has is a whole turn, and another one may be under way
    if isinstance(store, LiveTrackerStore):
        await store.branch(origin_id, conversation_id)
    elif (tracker := await store.retrieve(origin_id)) is not None:
        tracker.sender_id = conversation_id
        await store.save(tracker)


async def _rewind(model: _LoadedModel, conversation_id: str) -> None:
    async with model.agent.lock_store.lock(conversation_id):
        tracker = await model.agent.tracker_store.retrieve(conversation_id)
        if tracker is not None:
            tracker.update(UserUtteranceReverted())
            await model.agent.tracker_store.save(tracker)


async def _forget(model: _LoadedModel, conversation_id: str) -> None:
    store = model.store
    async with model.agent.lock_store.lock(conversation_id):
        if isinstance(store, LiveTrackerStore):
            store.forget(conversation_id)
        elif isinstance(store, InMemoryTrackerStore):
            store.store.pop(conversation_id, None)
        elif isinstance(store, SQLTrackerStore):
            with store.session_scope() as session:
                session.query(store.SQLEvent).filter_by(sender_id=conversation_id).delete()
                session.commit()
        else:
            tracker = await store.get_or_create_tracker(conversation_id)
            tracker.update(Restarted())
            await store.save(tracker)


def _actions(
    answerer: QuestionAnswerer, actions_dir: Path | None, endpoints: AvailableEndpoints, threads: ActionThreads
) -> InProcessActionEndpoint:
    executor = ActionExecutor()
    for manner in MANNERS:
        executor.register_action(AnswerAction(answerer, manner))
    executor.register_action(RepeatAction())
    if actions_dir is not None and actions_dir.exists() and endpoints.action is None:
        register_folder(executor, actions_dir)
    return InProcessActionEndpoint(executor, threads, endpoints.action, actions_dir and actions_dir.resolve().parent)


def _latest_actions(tracker: DialogueStateTracker | None) -> list[str]:
    """The names of the actions that ran since the user last spoke; none where nothing was kept."""
    names: list[str] = []
    for event in reversed(tracker.events if tracker else ()):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted):
            names.append(event.action_name)
    return names[::-1]
