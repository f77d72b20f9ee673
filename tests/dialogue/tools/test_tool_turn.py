import json
import logging
from typing import Any

import pytest

from dialogue.client_tools import NO_TOOLS, ClientTool, ToolOffer
from dialogue.tools.bindings import Binding, Source
from dialogue.tools.tool_turn import Moment, ToolTurn


def schema(required: tuple[str, ...] = (), **types: str) -> dict[str, Any]:
    return {"properties": {name: {"type": kind} for name, kind in types.items()}, "required": list(required)}


LOOK = ClientTool("look", schema(("order",), order="integer", day="string"))
JOKE = ClientTool("joke", schema(kind="string"))
LAMP, FAN = ClientTool("lamp", schema()), ClientTool("fan", schema(day="string"))
OFFER = ToolOffer((LOOK, JOKE, LAMP, FAN))
KNOWN = Moment({"order": "7", "day": None}, entities=[{"entity": "day", "value": "Monday"}])
BOUND_JOKE = Binding("joke", "intent", "joke", {"kind": Source("value", "short")})
BOUND_LAMP = Binding("lamp", "action", "action_light", {}, {"lit": "on"})


def called(turn: ToolTurn) -> list[tuple[str, Any]]:
    return [(call.name, json.loads(call.arguments)) for call in turn.calls]


@pytest.mark.parametrize("action", ["action_look", "look"])
def test_an_action_calls_the_tool_of_its_name_with_slots_and_entities_of_the_parameters_names(action: str) -> None:
    turn = ToolTurn((), OFFER)
    assert turn.take_action(action, KNOWN)
    assert called(turn) == [("look", {"order": 7, "day": "Monday"})]
    assert turn.waits


@pytest.mark.parametrize("offer", [NO_TOOLS, ToolOffer((LAMP,))])
def test_what_is_not_offered_is_not_called(offer: ToolOffer) -> None:
    turn = ToolTurn((), offer)
    assert not turn.take_action("action_look", KNOWN)
    assert not turn.waits


def test_what_is_bound_to_something_else_is_not_called_by_its_name() -> None:
    turn = ToolTurn((BOUND_LAMP,), OFFER)
    assert not turn.take_action("action_lamp", KNOWN)
    assert turn.take_action("action_light", KNOWN)


def test_a_call_without_a_required_argument_is_not_made_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not ToolTurn((), OFFER).take_action("action_look", Moment({}))
    assert "'look'" in caplog.text
    assert "'order'" in caplog.text


def test_an_intent_calls_while_no_form_asks() -> None:
    turn = ToolTurn((BOUND_JOKE,), OFFER)
    assert not turn.begin(Moment({}, "joke", form="order_form"))
    assert not turn.begin(Moment({}, "other"))
    assert turn.begin(Moment({}, "joke"))
    assert called(turn) == [("joke", {"kind": "short"})]


def test_the_end_of_a_form_calls() -> None:
    turn = ToolTurn((Binding("lamp", "form", "order_form"),), OFFER)
    assert not turn.end_form("other_form", KNOWN)
    assert turn.end_form("order_form", KNOWN)


def test_what_is_forced_comes_first_with_the_arguments_that_there_are() -> None:
    turn = ToolTurn((BOUND_JOKE,), ToolOffer(OFFER.tools, forced="look"))
    assert turn.begin(Moment({"day": "today", "order": "none"}, "joke", form="order_form"))
    assert called(turn) == [("look", {"day": "today"})]
    assert not ToolTurn((), ToolOffer(OFFER.tools, forced="unknown")).force(KNOWN)


def test_a_call_follows_one_whose_output_cannot_change_it() -> None:
    turn = ToolTurn((BOUND_LAMP,), OFFER)
    assert turn.take_action("action_light", KNOWN)
    assert turn.may_call_more
    assert turn.take_action("action_fan", KNOWN)
    assert not turn.may_call_more, "nobody knows what the fan's output sets"


@pytest.mark.parametrize(
    ("sets", "offer", "moment"),
    [
        (None, OFFER, KNOWN),
        ({"day": "day"}, OFFER, KNOWN),
        ({"lit": "on"}, OFFER, Moment({}, deciding_slots=frozenset({"lit"}))),
        ({}, ToolOffer(OFFER.tools, in_a_row=False), KNOWN),
    ],
)
def test_a_call_waits_for_one_whose_output_may_change_it(
    sets: dict[str, str] | None, offer: ToolOffer, moment: Moment
) -> None:
    turn = ToolTurn((Binding("lamp", "action", "action_light", {}, sets),), offer)
    assert turn.take_action("action_light", moment)
    assert not turn.take_action("action_fan", moment)
    assert len(turn.calls) == 1


def test_several_entities_of_one_name_are_a_list() -> None:
    both = Moment({}, entities=[{"entity": "day", "value": "Monday"}, {"entity": "day", "value": "Friday"}])
    assert both.named("day") == ["Monday", "Friday"]
    assert both.value_of(Source("entity", "day")) == ["Monday", "Friday"]
    assert both.value_of(Source("slot", "day")) is None
