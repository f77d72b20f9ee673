"""Functions of the client's in a session: every event is checked against the stock client's own types."""

from typing import Any

import pytest

from dialogue.client_tools import ToolCall, ToolOutput
from server.protocol.outputs import Respond
from tests.fakes import silence
from tests.server.conftest import Driver, append

LOOK = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}}
CALLS = (ToolCall("look", '{"order": 7}'), ToolCall("joke", "{}"))


def offering(driver: Driver, **session: Any) -> None:
    driver.send({"type": "session.update", "session": {"type": "realtime", "tools": [LOOK], **session}})


def response_in(driver: Driver) -> Respond:
    response = driver.work[-1]
    assert isinstance(response, Respond)
    return response


def call_in(driver: Driver, calls: tuple[ToolCall, ...] = CALLS[:1], said: str = "") -> list[str]:
    """The ids of the calls that a response makes."""
    driver.send({"type": "response.create"})
    response_id = response_in(driver).response_id
    if said:
        driver.take(driver.session.say(response_id, said))
    driver.take(driver.session.call(response_id, calls))
    driver.take(driver.session.finish(response_id, None))
    return [item["call_id"] for item in driver.events[-1]["response"]["output"] if item["type"] == "function_call"]


def returned(driver: Driver, call_id: str, output: str = "{}") -> list[dict[str, Any]]:
    item = {"type": "function_call_output", "call_id": call_id, "output": output}
    return driver.send({"type": "conversation.item.create", "item": item})


def test_a_call_comes_after_what_is_said_in_the_order_of_the_protocol(driver: Driver) -> None:
    before = len(driver.events)
    call_in(driver, CALLS, "I look.")
    call = [
        "response.output_item.added",
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "conversation.item.done",
        "response.output_item.done",
    ]
    closing = ["response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done"]
    after = driver.types()[before:]
    assert after[5:] == [*closing, *call[-2:], *call, *call, "response.done"]
    done = driver.events[-1]["response"]
    assert [item["type"] for item in done["output"]] == ["message", "function_call", "function_call"]
    assert done["output"][1]["arguments"] == '{"order": 7}'
    assert [event["output_index"] for event in driver.events if "arguments" in event] == [1, 2]
    chain = [event for event in driver.events if event["type"] == "conversation.item.added"]
    assert [event["previous_item_id"] for event in chain[1:]] == [event["item"]["id"] for event in chain[:-1]]


def test_an_output_is_gone_on_with_by_the_next_response(driver: Driver) -> None:
    (call_id,) = call_in(driver)
    assert [event["type"] for event in returned(driver, call_id, "sent")] == [
        "conversation.item.added",
        "conversation.item.done",
    ]
    driver.send({"type": "response.create"})
    assert response_in(driver).tool_outputs == (ToolOutput("look", "sent"),)
    driver.take(driver.session.finish(response_in(driver).response_id, None))
    driver.send({"type": "response.create"})
    assert response_in(driver).tool_outputs == ()


def test_an_output_for_no_call_is_the_protocols_error(driver: Driver) -> None:
    (refused,) = returned(driver, "call_none")
    assert (refused["error"]["code"], refused["error"]["param"]) == ("invalid_tool_call_id", "item.call_id")
    assert "'call_none'" in refused["error"]["message"]


def test_an_output_whose_response_is_cancelled_at_once_is_taken_along_by_the_next(driver: Driver) -> None:
    (call_id,) = call_in(driver)
    returned(driver, call_id)
    driver.send({"type": "response.create"})
    driver.send({"type": "response.cancel"})
    driver.send({"type": "response.create"})
    assert response_in(driver).tool_outputs == (ToolOutput("look", "{}"),)


def test_a_call_out_of_band_is_not_in_the_conversation(driver: Driver) -> None:
    driver.send({"type": "response.create", "response": {"conversation": "none", "tools": [LOOK]}})
    work = response_in(driver)
    assert work.options.offer.find("look") is not None
    driver.take(driver.session.call(work.response_id, CALLS[:1]))
    driver.take(driver.session.finish(work.response_id, None))
    (call,) = driver.events[-1]["response"]["output"]
    assert "conversation.item.added" not in driver.types()
    assert returned(driver, call["call_id"])[0]["type"] == "error"


def test_a_response_of_its_own_input_has_the_outputs_in_it(driver: Driver) -> None:
    said = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "where is it"}]}
    call = {"type": "function_call", "call_id": "mine", "name": "look", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "mine", "output": "here"}
    driver.send({"type": "response.create", "response": {"conversation": "none", "input": [said, call, output]}})
    work = response_in(driver)
    assert (work.tool_outputs, work.outputs_last) == ((ToolOutput("look", "here"),), True)
    driver.send({"type": "response.create", "response": {"conversation": "none", "input": [call, output, said]}})
    assert not response_in(driver).outputs_last
    (refused,) = driver.send({"type": "response.create", "response": {"conversation": "none", "input": [output]}})
    assert refused["error"]["code"] == "invalid_tool_call_id"


def test_nothing_is_called_by_a_response_that_is_over(driver: Driver) -> None:
    driver.send({"type": "response.create"})
    response_id = response_in(driver).response_id
    driver.send({"type": "response.cancel"})
    assert driver.session.call(response_id, CALLS) == []


def test_a_response_has_the_tools_and_the_choice_of_the_session_or_its_own(driver: Driver) -> None:
    offering(driver, tool_choice="required", parallel_tool_calls=False)
    driver.send({"type": "response.create"})
    offer = response_in(driver).options.offer
    assert (offer.required, offer.in_a_row, len(offer.tools)) == (True, False, 1)
    driver.send({"type": "response.cancel"})
    own = {"tools": [{**LOOK, "name": "dig"}], "tool_choice": {"type": "function", "name": "dig"}}
    driver.send({"type": "response.create", "response": {**own, "parallel_tool_calls": True}})
    offer = response_in(driver).options.offer
    assert (offer.forced, offer.in_a_row) == ("dig", True)
    driver.send({"type": "response.cancel"})
    driver.send({"type": "response.create", "response": {"tool_choice": "none"}})
    assert response_in(driver).options.offer.tools == ()


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "dig"}])
def test_a_choice_without_its_function_is_refused(driver: Driver, choice: Any) -> None:
    (refused,) = driver.send({"type": "response.create", "response": {"tool_choice": choice}})
    assert (refused["error"]["code"], refused["error"]["param"]) == ("invalid_value", "response.tool_choice")


def test_the_idle_user_is_not_asked_again_while_a_call_waits(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1000)
    (call_id,) = call_in(driver, said="I look.")
    driver.send(append(silence(3)))
    assert "input_audio_buffer.timeout_triggered" not in driver.types()
    returned(driver, call_id)
    driver.send({"type": "response.create"})
    driver.take(driver.session.finish(response_in(driver).response_id, None))
    driver.send(append(silence(3)))
    assert "input_audio_buffer.timeout_triggered" in driver.types()
