"""Holds the conversation of a test to its end, and finds the checks that fail and the stage that failed at each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogue.reply import Reply
from dialogue.stories.story import Story, Turn
from dialogue.stories.tested_assistant import Taken, TestedAssistant
from dialogue.stories.turn_checks import HEARING, Responses, TurnChecks, Wrong
from nlu.interpretation import Intent, Interpretation

NOTHING = Taken("", Interpretation("", Intent("", 0.0)), Reply(()))


@dataclass(frozen=True, slots=True)
class Failure:
    """The first step of a turn that failed, `step` from 0: what was expected, what came, and the stage at fault.

    `heard` is what was made of `said`.
    """

    step: int
    said: str
    stage: str
    expected: str
    got: str
    heard: str = ""

    def __str__(self) -> str:
        heard = f", heard as {self.heard!r}" if self.heard and self.heard != self.said else ""
        return f"{self.stage} failed at {self.said!r}{heard}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """One turn that was held: what was said, heard and replied; `failure` None: all is as expected.

    `unseen` counts the checks that could not be made from outside of the assistant.
    """

    said: str
    heard: str
    reply: str
    failure: Failure | None
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A story that was held."""

    story: Story
    turns: tuple[TurnOutcome, ...]

    @property
    def failure(self) -> Failure | None:
        """The first failure; None: the story passed."""
        return next((turn.failure for turn in self.turns if turn.failure), None)


def run_story(story: Story, assistant: TestedAssistant, conversation_id: str, responses: Responses) -> Outcome:
    """Hold the conversation to its end; `responses` are those of the project's domain."""
    try:
        assistant.begin(conversation_id, story.slots)
        return Outcome(story, tuple(_held(turn, assistant, conversation_id, responses) for turn in story.turns()))
    finally:
        assistant.end(conversation_id)


def hold_all(
    stories: Sequence[Story], assistant: TestedAssistant, as_text: TestedAssistant | None, responses: Responses
) -> list[Outcome]:
    """Hold each story; with `as_text`, what fails by voice is held as text, too, to see whether hearing failed."""
    outcomes = []
    for number, story in enumerate(stories):
        outcome = run_story(story, assistant, f"test-{number}", responses)
        if as_text is not None and outcome.failure:
            outcome = blame_hearing(outcome, run_story(story.as_spoken(), as_text, f"test-{number}-as-text", responses))
        outcomes.append(outcome)
    return outcomes


def blame_hearing(spoken: Outcome, typed: Outcome) -> Outcome:
    """Compare a story held by voice with the same held as text: hearing failed where the text passes.

    Where the text fails as well, the stage is the one that failed then.
    """
    pairs = zip(spoken.turns, typed.turns, strict=True)
    return replace(spoken, turns=tuple(_blamed(by_voice, as_text) for by_voice, as_text in pairs))


def _blamed(spoken: TurnOutcome, typed: TurnOutcome) -> TurnOutcome:
    if spoken.failure is None or spoken.failure.stage == HEARING:
        return spoken
    stage = HEARING if typed.failure is None else typed.failure.stage
    return replace(spoken, failure=replace(spoken.failure, stage=stage))


def _held(turn: Turn, assistant: TestedAssistant, conversation_id: str, responses: Responses) -> TurnOutcome:
    said = turn.said
    taken = assistant.say(conversation_id, said) if said else NOTHING
    checks = TurnChecks(taken, responses, assistant.slot_values(conversation_id), bool(said and said.in_order))
    unseen = sum(not checks.sees(check) for check in turn.checks)
    found = _first_wrong(turn, checks)
    text = said.text if said else ""
    failure = found and Failure(found[0], text, found[1].stage, found[1].expected, found[1].got, taken.heard)
    return TurnOutcome(text, taken.heard, taken.reply.text, failure, unseen)


def _first_wrong(turn: Turn, checks: TurnChecks) -> tuple[int, Wrong] | None:
    """Return the first check of a turn that fails, with its place in the story."""
    if turn.said and (wrong := checks.said(turn.said)):
        return turn.first_step, wrong
    for step, check in enumerate(turn.checks, turn.first_step + (turn.said is not None)):
        if checks.sees(check) and (wrong := checks.check(check)):
            return step, wrong
    return None
