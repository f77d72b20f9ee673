"""Rasa's message processor as a turn runs it here: on a loaded model, with actions that run at the client.

A conversation waits for its client where its last turn did not come to its end: no action listens after it. The tracker
says so by itself, so that the conversation goes on after a restart, too.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dialogue.client_tools import ToolOutput
from dialogue.quiet import quiet_imports
from dialogue.runtime.action_endpoint import InProcessActionEndpoint
from dialogue.tools.outputs import effects_of
from dialogue.tools.tool_turn import Moment, ToolTurn

with quiet_imports():
    from rasa.core.actions.action import Action, RemoteAction, action_for_name_or_text, create_bot_utterance
    from rasa.core.actions.loops import LoopAction
    from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel
    from rasa.core.nlg import NaturalLanguageGenerator
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.processor import MessageProcessor
    from rasa.engine.runner.interface import GraphRunner
    from rasa.engine.storage.storage import ModelMetadata
    from rasa.shared.core.constants import ACTION_LISTEN_NAME
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker


class TurnChannel(CollectingOutputChannel):
    """Collects what one turn says, and what it calls at the client."""

    def __init__(self, tools: ToolTurn) -> None:
        super().__init__()
        self.tools = tools


class LoadedProcessor(MessageProcessor):
    """Rasa's message processor, for a model that is loaded already.

    Rasa's constructor loads the model itself, into a storage of its own class, which has nothing for our components. It
    does so in `_load_model`; and it takes and runs one action after another in `_run_prediction_loop` and
    `_run_action`, where a turn has to stop that waits for its client. These private methods are replaced here, and
    below the one with which an action checks its answer. The alternatives are worse: to set the processor's dozen
    attributes in place of its constructor, to load every model twice, or to take Rasa's turn apart.
    """

    def __init__(self, metadata: ModelMetadata, runner: GraphRunner, **settings: Any) -> None:
        self._loaded = metadata, runner
        super().__init__(**settings)
        slots = self.domain.slots
        self._slot_names = frozenset(slot.name for slot in slots)
        self._deciding_slots = frozenset(slot.name for slot in slots if slot.influence_conversation)

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

    async def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], channel: TurnChannel) -> None:
        """Take what the client returned, and go on where the conversation waits for it, if it does; without outputs,
        call what is forced.
        """
        tracker = await self.fetch_tracker_and_update_session(conversation_id, channel)
        waited, began = waits(tracker), not _has_acted(tracker)
        said = False
        for output in outputs:
            said |= await self._take(output, tracker, channel)
        if outputs and waited and began and said:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        elif outputs and waited:
            await super()._run_prediction_loop(channel, tracker)
        elif not outputs:
            channel.tools.force(self._moment(tracker))
        await self.run_anonymization_pipeline(tracker)
        await self.save_tracker(tracker)

    async def _take(self, output: ToolOutput, tracker: DialogueStateTracker, channel: TurnChannel) -> bool:
        """Do what an output does to the dialogue; returns whether it says something."""
        binding = channel.tools.binding_of(output.name)
        effects = effects_of(output.output, binding, self._slot_names)
        channel.tools.complain(output.name, effects.complaints)
        tracker.update_with_events([SlotSet(slot, value) for slot, value in effects.slots.items()], self.domain)
        if effects.says is None:
            return False
        message = await self.nlg.generate(effects.says, tracker, channel.name(), **effects.variables)
        if message is None:
            channel.tools.complain(output.name, [f"the domain has no response {effects.says!r}"])
            return False
        events = [create_bot_utterance(message)]
        tracker.update_with_events(events, self.domain)
        await self.execute_side_effects(events, tracker, channel)
        return True

    async def _run_prediction_loop(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        if isinstance(output_channel, TurnChannel) and not tracker.is_paused():
            calls = output_channel.tools.begin(self._moment(tracker))
        else:
            calls = False
        if not calls:
            await super()._run_prediction_loop(output_channel, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        if not isinstance(output_channel, TurnChannel):
            return bool(await super()._run_action(action, tracker, output_channel, nlg, prediction))
        tools = output_channel.tools
        waited = tools.waits
        if isinstance(action, RemoteAction) and tools.take_action(action.name(), self._moment(tracker)):
            action = _DoneByClient(action.name())
        elif waited:
            return False  # what else is to be done has to wait for the client
        goes_on = await super()._run_action(action, tracker, output_channel, nlg, prediction)
        if isinstance(action, LoopAction) and tracker.active_loop is None:
            tools.end_form(action.name(), self._moment(tracker))
        return bool(goes_on) and (not tools.waits or tools.may_call_more)

    def _moment(self, tracker: DialogueStateTracker) -> Moment:
        message = tracker.latest_message
        return Moment(
            tracker.current_slot_values(),
            (message and message.intent_name) or "",
            tuple(message.entities) if message else (),
            tracker.active_loop_name,
            self._deciding_slots,
        )


def waits(tracker: DialogueStateTracker) -> bool:
    """Whether the last turn did not come to its end: nothing listens since what the user said, or did not answer."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted):
            return bool(event.action_name != ACTION_LISTEN_NAME)
        if isinstance(event, UserUttered):
            return not tracker.is_paused()
    return False


def _has_acted(tracker: DialogueStateTracker) -> bool:
    """Whether an action has run since the user last spoke."""
    last = next((event for event in reversed(tracker.events) if isinstance(event, ActionExecuted | UserUttered)), None)
    return isinstance(last, ActionExecuted)


class _DoneByClient(Action):
    """A custom action that the client does: its events come with the client's output."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        """Return the action's name in the domain."""
        return self._name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Do nothing here."""
        return []


def _is_checked(action: RemoteAction, result: object) -> bool:
    """Say that an action's answer is sound."""
    return True


# Rasa compiles its schema of what an action returns and checks the schema itself at each action, for 3 ms and more; our
# endpoint has checked all answers by then. A class of our own does not do: forms and slots make their own actions.
RemoteAction._validate_action_result = _is_checked
