"""Turns that stop for a function of the client's, and go on with what it returned."""

import itertools
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dialogue.client_tools import NO_TOOLS, ClientTool, ToolCall, ToolOffer, ToolOutput
from dialogue.errors import ActionError
from dialogue.options import DialogueOptions
from dialogue.reply import Reply
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from nlu.interpretation import Entity, Intent, Interpretation
from tests.dialogue.conftest import TwoProducts
from tests.dialogue.projects import write_project
from tests.dialogue.tools.tool_project import FILES

pytestmark = pytest.mark.heavy

ORDER = {"type": "object", "properties": {"order_number": {"type": "integer"}}, "required": ["order_number"]}
TOOLS = ToolOffer(
    (
        ClientTool("get_order", ORDER),
        ClientTool("tell_joke", {"properties": {"kind": {"type": "string"}}}),
        ClientTool("book_table", {"properties": {"city": {"type": "string"}, "guests": {"type": "integer"}}}),
        ClientTool("set_lamp", {"properties": {"on": {"type": "boolean"}}}),
        ClientTool("set_fan"),
    )
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("tools"), FILES)


@pytest.fixture(scope="module")
def model(project: Path) -> Path:
    return train(project, project / "models")


@pytest.fixture(scope="module")
def runtime(project: Path, model: Path) -> Iterator[RasaRuntime]:
    with closing(RasaRuntime.load(model, TwoProducts(), project / "actions")) as runtime:
        yield runtime


class Talk:
    """One conversation, told what was meant instead of what was said."""

    numbers = itertools.count()

    def __init__(self, runtime: RasaRuntime) -> None:
        self.runtime, self.id = runtime, f"talk-{next(self.numbers)}"

    def mean(self, intent: str, offer: ToolOffer = TOOLS, **entities: str) -> Reply:
        found = tuple(Entity(name, value, 0, 1, "test") for name, value in entities.items())
        return self.runtime.respond(self.id, Interpretation(intent, Intent(intent, 1.0), entities=found), offer)

    def answer(self, name: str, output: Any, offer: ToolOffer = TOOLS) -> Reply:
        written = output if isinstance(output, str) else json.dumps(output)
        return self.runtime.go_on(self.id, [ToolOutput(name, written)], offer)


@pytest.fixture
def talk(runtime: RasaRuntime) -> Talk:
    return Talk(runtime)


def test_an_action_is_done_by_the_clients_tool_of_its_name_and_the_dialogue_goes_on(talk: Talk) -> None:
    asked = talk.mean("order", order_number="48213")
    assert asked.calls == (ToolCall("get_order", '{"order_number": 48213}'),)
    assert asked.texts == ("I look.",)
    told = talk.answer("get_order", {"order_state": "on its way", "unknown": 1})
    assert (told.texts, told.calls) == (("Order 48213 is on its way.",), ())
    assert talk.mean("greet").texts == ("Hello.",)


@pytest.mark.parametrize("offer", [NO_TOOLS, ToolOffer((ClientTool("other"),))])
def test_an_action_that_the_client_does_not_offer_runs_here(talk: Talk, offer: ToolOffer) -> None:
    reply = talk.mean("order", offer, order_number="7")
    assert (reply.texts, reply.calls) == (("I look.", "Order 7 is known here."), ())


def test_an_action_whose_arguments_are_missing_runs_here_and_the_log_says_which(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "dialogue"):
        reply = talk.mean("order")
    assert reply.texts[1:] == ("Order None is known here.",)
    assert "'order_number'" in caplog.text


def test_an_intents_tool_answers_with_its_response(talk: Talk) -> None:
    asked = talk.mean("joke")
    assert (asked.texts, asked.calls) == ((), (ToolCall("tell_joke", '{"kind": "short"}'),))
    assert talk.answer("tell_joke", {"joke": "none"}).texts == ("A joke: none",)
    assert talk.mean("greet").texts == ("Hello.",)


def test_an_intents_tool_leaves_the_turn_to_a_form_that_asks(talk: Talk) -> None:
    talk.mean("book")
    assert talk.mean("joke").calls == ()


def test_the_end_of_a_form_calls_and_its_rule_goes_on(talk: Talk) -> None:
    assert talk.mean("book").texts == ("In which city?",)
    asked = talk.mean("inform", city="Rome", guests="4")
    assert asked.calls == (ToolCall("book_table", '{"city": "Rome", "guests": 4}'),)
    told = talk.answer("book_table", {"reference": {"id": "R7"}, "guests": 4})
    assert told.texts == ("Your reference is R7, for 4 guests.", "Goodbye until then.")


def test_calls_whose_outputs_change_nothing_come_in_a_row(talk: Talk) -> None:
    asked = talk.mean("comfort")
    assert [call.name for call in asked.calls] == ["set_lamp", "set_fan"]
    assert json.loads(asked.calls[0].arguments) == {"on": True}
    told = talk.runtime.go_on(talk.id, [ToolOutput("set_lamp", ""), ToolOutput("set_fan", "")], TOOLS)
    assert told.texts == ("Comfortable.",)


def test_calls_come_one_by_one_where_the_client_asks_for_that(talk: Talk) -> None:
    offer = ToolOffer(TOOLS.tools, in_a_row=False)
    assert [call.name for call in talk.mean("comfort", offer).calls] == ["set_lamp"]
    assert [call.name for call in talk.answer("set_lamp", "", offer).calls] == ["set_fan"]
    assert talk.answer("set_fan", "", offer).texts == ("Comfortable.",)


def test_who_speaks_meanwhile_is_answered_and_a_late_output_still_counts(talk: Talk) -> None:
    talk.mean("order", order_number="1")
    assert talk.mean("greet").texts == ("Hello.",)
    late = talk.answer("get_order", {"order_state": "late"})
    assert late.texts == ()
    assert talk.mean("greet").texts == ("Hello.",)
    talk.mean("joke")
    talk.mean("greet")
    assert talk.answer("tell_joke", {"joke": "late"}).texts == ("A joke: late",)


def test_an_output_that_comes_twice_says_its_response_twice_and_no_more(talk: Talk) -> None:
    talk.mean("book")
    talk.mean("inform", city="Rome", guests="4")
    output = {"reference": {"id": "R7"}, "guests": 4}
    talk.answer("book_table", output)
    assert talk.answer("book_table", output).texts == ("Your reference is R7, for 4 guests.",)


def test_a_tool_that_has_to_be_called_is_called_first_with_what_there_is(talk: Talk) -> None:
    forced = ToolOffer(TOOLS.tools, forced="get_order")
    assert talk.mean("greet", forced).calls == (ToolCall("get_order", "{}"),)
    assert talk.answer("get_order", {}, forced).texts == ("Hello.",)
    assert talk.runtime.go_on(talk.id, [], forced).calls == (ToolCall("get_order", "{}"),)
    assert talk.answer("get_order", {"order_state": "here"}).texts == ()


def test_a_conversation_can_begin_with_a_call(talk: Talk) -> None:
    assert talk.runtime.go_on(talk.id, [], ToolOffer(TOOLS.tools, forced="set_fan")).calls


def test_garbage_as_output_ends_nothing(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    for output in ("", "[" * 5000, "NaN", '{"tracker": 1, "self": 2, "utter_action": 3}', "x" * 30_000, "null"):
        talk.mean("joke")
        talk.answer("tell_joke", output)
        talk.mean("book", city="Rome")
        assert talk.answer("book_table", output).texts[-1] == "Goodbye until then."
    assert "'reference.id'" in caplog.text


def test_a_conversation_waits_for_its_client_over_a_restart(project: Path, model: Path, tmp_path: Path) -> None:
    options = DialogueOptions(tracker_path=tmp_path / "talks.db")
    with closing(RasaRuntime.load(model, TwoProducts(), project / "actions", options)) as first:
        talk = Talk(first)
        talk.mean("order", order_number="48213")
    with closing(RasaRuntime.load(model, TwoProducts(), project / "actions", options)) as talk.runtime:
        assert talk.answer("get_order", {"order_state": "back"}).texts == ("Order 48213 is back.",)


def test_an_action_that_nobody_has_fails_as_ever(talk: Talk) -> None:
    with pytest.raises(ActionError, match="action_lamp"):
        talk.mean("comfort", NO_TOOLS)
