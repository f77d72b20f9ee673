"""Holds the conversation of a test, and finds the first step that fails and the stage that failed at it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dialogue.answer_manners import ANSWER_ACTIONS
from dialogue.errors import ActionError
from dialogue.reply import Reply
from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Step, Story, Utters
from nlu.interpretation import FALLBACK, Interpretation

UNDERSTANDING, POLICY, ACTION, KNOWLEDGE = "understanding", "policy", "action", "knowledge"
STAGES = (UNDERSTANDING, POLICY, ACTION, KNOWLEDGE)
# Actions that a story leaves out, or that say nothing by themselves.
UNSEEN = frozenset({"action_listen", "action_session_start"})

Responses = Mapping[str, Sequence[Mapping[str, Any]]]


class TestedAssistant(Protocol):
    """What a conversation is held with."""

    def interpret(self, text: str) -> Interpretation:
        """Understand a text."""
        ...

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        """Take one turn in a conversation."""
        ...

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]]:
        """Return the values that each slot had in the last turn of a conversation, that of now as the last."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Drop a conversation."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """The first step of a story that failed, `step` from 0: what was expected, what came, and the stage at fault."""

    step: int
    said: str
    stage: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.stage} failed at {self.said!r}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A story that was run; `failure` None: it passed."""

    story: Story
    failure: Failure | None


@dataclass(slots=True)
class _Turn:
    """The turn that is checked: what was understood, what came of it, and what of that no step has named yet."""

    interpretation: Interpretation | None = None
    said: str = ""
    reply: Reply = field(default_factory=lambda: Reply(()))
    actions: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def run_story(story: Story, assistant: TestedAssistant, conversation_id: str, responses: Responses) -> Outcome:
    """Hold the conversation until its first step fails; `responses` are those of the project's domain."""
    run = _Run(assistant, conversation_id, responses)
    try:
        for index, step in enumerate(story.steps):
            wrong = run.take(step)
            if wrong is not None:
                stage, expected, got = wrong
                return Outcome(story, Failure(index, run.turn.said, stage, expected, got))
    finally:
        assistant.forget(conversation_id)
    return Outcome(story, None)


Wrong = tuple[str, str, str]


class _Run:
    """One conversation under way."""

    def __init__(self, assistant: TestedAssistant, conversation_id: str, responses: Responses) -> None:
        self._assistant = assistant
        self._id = conversation_id
        self._responses = responses
        self.turn = _Turn()

    def take(self, step: Step) -> Wrong | None:
        """Do or check one step; returns the stage that failed, what was expected and what came."""
        match step:
            case Said():
                return self._say(step)
            case Does(action):
                return self._does(action)
            case Replies(text):
                return self._utters(repr(text), [_pattern(text, filled=False)])
            case Utters(response):
                return self._utters(response, _patterns(self._responses.get(response, ())))
            case Holds(slot, value, any_value):
                had = self._assistant.slot_values(self._id).get(slot, (None,))
                is_right = had[-1] is not None if any_value else any(_same(held, value) for held in had)
                return None if is_right else self._slot(slot, "any value" if any_value else repr(value), had[-1])
            case HoldsNot(slot, value, any_value):
                held = self._assistant.slot_values(self._id).get(slot, (None,))[-1]
                is_right = held is None if any_value else not _same(held, value)
                return None if is_right else self._slot(slot, "no value" if any_value else f"not {value!r}", held)

    def _say(self, step: Said) -> Wrong | None:
        understood = self._assistant.interpret(step.text)
        self.turn = _Turn(understood, step.text)
        if step.intent is not None and understood.intent.name != step.intent:
            return (
                UNDERSTANDING,
                f"intent {step.intent}",
                f"{understood.intent.name} {understood.intent.confidence:.2f}",
            )
        found = {(entity.name, str(entity.value)) for entity in understood.entities}
        missing = [entity for entity in step.entities if (entity.name, str(entity.value)) not in found]
        if missing:
            return UNDERSTANDING, f"{missing[0].name} {missing[0].value!r}", f"entities {sorted(found)}"
        try:
            reply = self._assistant.respond(self._id, understood)
        except ActionError as error:
            return ACTION, "a reply", str(error)
        actions = [action for action in reply.actions if action not in UNSEEN]
        self.turn = _Turn(understood, step.text, reply, actions, list(reply.texts))
        return None

    def _does(self, action: str) -> Wrong | None:
        if self.turn.actions[:1] == [action]:
            del self.turn.actions[0]
            return None
        return POLICY, action, ", ".join(self.turn.actions) or "no further action"

    def _utters(self, expected: str, patterns: Iterable[re.Pattern[str]]) -> Wrong | None:
        if self.turn.texts and any(pattern.fullmatch(self.turn.texts[0].strip()) for pattern in patterns):
            del self.turn.texts[0]
            return None
        return self._at_fault(), expected, repr(self.turn.texts[0]) if self.turn.texts else "no further message"

    def _slot(self, slot: str, expected: str, held: object) -> Wrong:
        return self._at_fault(), f"{slot}: {expected}", repr(held)

    def _at_fault(self) -> str:
        """Which stage is the first that can be at fault where only the end of a turn is known to be wrong."""
        understood, reply = self.turn.interpretation, self.turn.reply
        if understood is not None and understood.intent.name == FALLBACK:
            return UNDERSTANDING
        if ANSWER_ACTIONS & set(reply.actions):
            return KNOWLEDGE
        return ACTION if any(action.startswith("action_") for action in self.turn.actions) else POLICY


def _same(held: object, value: object) -> bool:
    """Compare as Rasa's YAML does: 48213 and "48213" are the same."""
    return held == value or (held is not None and value is not None and str(held) == str(value))


def _patterns(variations: Sequence[Mapping[str, Any]]) -> list[re.Pattern[str]]:
    return [_pattern(str(variation.get("text", "")), filled=True) for variation in variations]


def _pattern(text: str, *, filled: bool) -> re.Pattern[str]:
    """What a text reads like; `filled`: with any value for each `{slot}`."""
    parts = re.split(r"\{\w+\}", text.strip()) if filled else [text.strip()]
    return re.compile(".*".join(re.escape(part) for part in parts), re.DOTALL)
