"""The steps of a turn in the dialogue: which, in which order, and none after it was given up."""

from collections.abc import Callable, Sequence
from itertools import count

import pytest

from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.errors import DialogueError
from dialogue.reply import Reply
from nlu.interpretation import Intent, Interpretation
from server.turns.thinking import NOTHING_SAID, Thinking

WEATHER = ToolOutput("weather", "sunny")


class Echo:
    """Says what it is asked to do."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.meanwhile = meanwhile

    def interpret(self, text: str) -> Interpretation:
        self.meanwhile()
        return Interpretation(text, Intent("said", 1.0))

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        return Reply((f"{conversation_id}: {interpretation.intent.name} {interpretation.text}",))

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        return Reply((f"{conversation_id}: {[output.output for output in outputs]}",))


@pytest.mark.parametrize(
    ("text", "outputs", "last", "said"),
    [
        ("hello", (), False, ("me: said hello",)),
        ("", (WEATHER,), False, ("me: ['sunny']",)),
        ("", (), False, ("me: []",)),
        ("hello", (WEATHER,), False, ("me: ['sunny']", "me: said hello")),
        ("hello", (WEATHER,), True, ("me: said hello", "me: ['sunny']")),
    ],
)
def test_outputs_and_words_are_answered_in_their_order(
    text: str, outputs: Sequence[ToolOutput], last: bool, said: tuple[str, ...]
) -> None:
    assert Thinking("me", text, outputs, outputs_last=last).run(Echo()).reply.texts == said


def test_what_was_said_is_understood_first_and_each_step_is_timed() -> None:
    clock = count()
    thinking = Thinking("me", "hello", now=lambda: float(next(clock))).run(Echo())
    assert thinking.interpretation.intent.name == "said"
    assert thinking.timings_ms == {"nlu": 1000.0, "dialogue": 1000.0}
    silent = Thinking("me", "", (WEATHER,), now=lambda: float(next(clock))).run(Echo())
    assert silent.interpretation is NOTHING_SAID
    assert silent.timings_ms == {"dialogue": 1000.0}


def test_a_turn_that_is_given_up_while_it_is_understood_is_not_answered() -> None:
    thinking = Thinking("me", "hello")
    assert thinking.run(Echo(thinking.give_up)).reply == Reply(())


def test_a_step_that_fails_ends_the_turn_and_is_timed_all_the_same() -> None:
    def fail() -> None:
        raise DialogueError("no answer")

    thinking = Thinking("me", "hello")
    with pytest.raises(DialogueError, match="no answer"):
        thinking.run(Echo(fail))
    assert list(thinking.timings_ms) == ["nlu"]
