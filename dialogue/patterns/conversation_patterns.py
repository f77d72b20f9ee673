"""The patterns as a policy of Rasa: `dialogue.patterns.conversation_patterns.ConversationPatterns` in a config.yml."""

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dialogue.answer_manners import ANSWER_ACTION
from dialogue.discourse.courtesy import has_content
from dialogue.patterns.decisions import decide
from dialogue.patterns.habit_learning import learn_habits
from dialogue.patterns.habits import Habits
from dialogue.patterns.in_form import asked_in_vain
from dialogue.patterns.names import LISTEN, patterns_by_intent
from dialogue.patterns.project import Project
from dialogue.patterns.recognizer import Likeness, PatternRecognizer
from dialogue.patterns.settings import require_settings, settings
from dialogue.patterns.tracker_reading import (
    OURS,
    is_rejected,
    latest_turns,
    noted_at,
    open_form_of,
    points_back,
    times_asked,
    turn_of,
)
from dialogue.patterns.turn import Plan
from dialogue.quiet import quiet_imports
from nlu.components.services import services_of
from nlu.encoder.sentence_encoder import MiniLMEncoder

with quiet_imports():
    from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.storage.resource import Resource
    from rasa.engine.storage.storage import ModelStorage
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, AllSlotsReset, Event, LoopInterrupted, SlotSet, UserUttered
    from rasa.shared.core.generator import TrackerWithCachedStates
    from rasa.shared.core.trackers import DialogueStateTracker

HABITS_FILE = "habits.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ConversationPatterns(Policy):
    """Predicts what a pattern does in a turn, one action after the other, and nothing where there is none.

    What comes next is noted in the metadata of each action, so that a conversation goes on after a restart.
    """

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        habits: Habits | None = None,
        encoder: MiniLMEncoder | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._habits = habits or Habits()
        self._encoder = encoder
        self._recognizer = PatternRecognizer.load(encoder) if encoder else None
        self._patterns = patterns_by_intent(config.get("intents") or {})
        self._project: Project | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Every setting with its default."""
        return settings()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise NluError on a setting that does not exist, or on a pattern that does not."""
        require_settings(cls.__name__, config)

    @staticmethod
    def supported_data() -> SupportedData:
        """Return that rules and stories are learnt from."""
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ConversationPatterns":
        """Make an untrained policy; raises NluError on settings it cannot use."""
        cls.validate_config(config)
        return cls(config, model_storage, resource, execution_context)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ConversationPatterns":
        """Load a trained policy."""
        with model_storage.read_from(resource) as directory:
            habits = Habits.from_dict(json.loads((directory / HABITS_FILE).read_text(encoding="utf-8")))
        encoder = services_of(model_storage).encoder(config)
        return cls(config, model_storage, resource, execution_context, habits, encoder)

    def train(self, training_trackers: Sequence[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Learn what the project does by itself, and persist it."""
        self._habits = learn_habits(training_trackers)
        with self._model_storage.write_to(self._resource) as directory:
            (directory / HABITS_FILE).write_text(json.dumps(self._habits.as_dict()), encoding="utf-8")
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action of a pattern; no action at all where none applies."""
        if is_rejected(tracker):
            return self._prediction(self._default_predictions(domain))
        if tracker.latest_action_name != LISTEN:
            return self._going_on(tracker, domain)
        message = tracker.latest_message
        if message is None or not isinstance(message, UserUttered) or not message.intent_name and not message.text:
            return self._prediction(self._default_predictions(domain))
        turn = turn_of(tracker, domain, self._likeness(message.text), self._patterns)
        if turn and not turn.form and ANSWER_ACTION in domain.action_names_or_texts:
            turn = replace(turn, says_something=has_content(turn.said.text), points_back=points_back(tracker))
        plan = decide(turn, self._known_project(domain)) if turn else None
        return self._predicted(plan, domain, tracker)

    def _likeness(self, text: str | None) -> Likeness:
        if not text or text.startswith("/") or self._encoder is None or self._recognizer is None:
            return Likeness()
        return self._recognizer.likeness(self._encoder.encode(text))

    def _known_project(self, domain: Domain) -> Project:
        if self._project is None:
            self._project = Project(self._habits, frozenset(domain.action_names_or_texts), self._patterns)
        return self._project

    def _going_on(self, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
        """Predict the next action of the plan under way, or what follows a form that asks in vain."""
        present = latest_turns(tracker)[0]
        last = next((event for event in reversed(present.events) if isinstance(event, ActionExecuted)), None)
        noted = noted_at(last) if last else {}
        if rest := noted.get("rest"):
            return self._step(rest[0], {**noted, "rest": rest[1:]}, domain)
        asked_again = last is not None and last.action_name == tracker.active_loop_name and not noted
        if asked_again and (form := open_form_of(tracker, domain, self._patterns)):
            plan = asked_in_vain(times_asked(tracker), form, self._known_project(domain))
            return self._predicted(plan, domain, tracker)
        return self._prediction(self._default_predictions(domain))

    def _predicted(self, plan: Plan | None, domain: Domain, tracker: DialogueStateTracker) -> PolicyPrediction:
        if plan is None or any(action not in domain.action_names_or_texts for action in plan.actions):
            return self._prediction(self._default_predictions(domain))
        first, *rest = plan.actions
        noted = {"pattern": plan.pattern, "rest": rest, "offer": plan.offer, "signal": plan.signal}
        return self._step(first, noted, domain, _events_of(plan, tracker))

    def _step(
        self, action: str, noted: dict[str, Any], domain: Domain, events: list[Event] | None = None
    ) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(
            probabilities,
            optional_events=events,
            is_no_user_prediction=True,
            action_metadata={OURS: {key: value for key, value in noted.items() if value}},
        )


def _events_of(plan: Plan, tracker: DialogueStateTracker) -> list[Event]:
    """Return what a plan does to the conversation before its first action."""
    events: list[Event] = [AllSlotsReset()] if plan.forget else []
    events += [SlotSet(slot, value) for slot, value in plan.slots.items()]
    if plan.actions[0] == tracker.active_loop_name and not any(value is not None for value in plan.slots.values()):
        events.append(LoopInterrupted(True))  # what was said is no answer: the form would refuse to run
    if plan.as_intent:
        turns = latest_turns(tracker)
        before = turns[1].user if len(turns) > 1 else None
        if before is not None:
            meant = copy.deepcopy(before.parse_data)
            meant["intent"] = {"name": plan.as_intent, "confidence": 1.0}
            events += [
                ActionExecuted(LISTEN),
                UserUttered(before.text, meant["intent"], before.entities, meant, input_channel=before.input_channel),
            ]
    return events
