"""Turns that call functions of the client's and go on with what these return."""

import json
from collections.abc import Sequence
from typing import Any

from dialogue.client_tools import NO_TOOLS, ToolCall, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from server.turns.pipeline import Assistant
from tests.fakes import CountingRecognizer, EchoUnderstanding, ToneSynthesizer
from tests.server.conftest import new_segmenter
from tests.server.turns.test_pipeline import make_runner, receive_now, run_typed_turn, type_now
from tests.wire_oracle import check_server_event

LOOK = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}}


class Looking(EchoUnderstanding):
    """Calls `look` when somebody says so and it is offered, or has to."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        if "look" in interpretation.text and offer.find("look"):
            return Reply(("I look.",), calls=(ToolCall("look", json.dumps({"at": interpretation.text})),))
        return super().respond(conversation_id, interpretation, offer)

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        if not outputs and offer.forced:
            return Reply((), calls=(ToolCall(offer.forced, "{}"),))
        return super().go_on(conversation_id, outputs, offer)


class Talk:
    """One session on stand-ins, with a function that its client offers."""

    def __init__(self) -> None:
        assistant = Assistant(CountingRecognizer(), Looking(), ToneSynthesizer(), new_segmenter)
        self.runner, self.outbox, self.worker = make_runner(assistant)
        self.send({"type": "session.update", "session": {"type": "realtime", "tools": [LOOK]}})

    def send(self, frame: dict[str, Any]) -> None:
        receive_now(self.runner, frame)

    async def respond(self, **response: Any) -> dict[str, Any]:
        self.send({"type": "response.create", "response": response})
        return await self.done()

    async def done(self) -> dict[str, Any]:
        await self.runner.finished()
        for event in self.outbox.events:
            check_server_event({"event_id": "event", **event})
        done: dict[str, Any] = self.outbox.events[-1]["response"]
        return done

    def returned(self, call_id: str, output: str) -> None:
        item = {"type": "function_call_output", "call_id": call_id, "output": output}
        self.send({"type": "conversation.item.create", "item": item})


def said(response: dict[str, Any]) -> list[str]:
    return [item["content"][0]["transcript"] for item in response["output"] if item["type"] == "message"]


def calls(response: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in response["output"] if item["type"] == "function_call"]


async def test_a_call_ends_its_response_and_its_output_begins_the_next() -> None:
    talk = Talk()
    await run_typed_turn(talk.runner, "look there")
    asked = await talk.done()
    assert said(asked) == ["I look."]
    (call,) = calls(asked)
    assert (call["name"], call["arguments"]) == ("look", '{"at": "look there"}')
    talk.returned(call["call_id"], "a tree")
    told = await talk.respond()
    assert said(told) == ["look returned a tree."]
    assert told["status"] == "completed"
    talk.worker.close()


async def test_an_output_and_what_was_said_since_are_answered_together() -> None:
    talk = Talk()
    await run_typed_turn(talk.runner, "look there")
    talk.returned(calls(await talk.done())[0]["call_id"], "a tree")
    type_now(talk.runner, "and hello")
    assert said(await talk.done()) == ["look returned a tree. You said and hello. That was turn 1."]
    talk.worker.close()


async def test_a_response_before_the_output_has_nothing_to_say() -> None:
    talk = Talk()
    await run_typed_turn(talk.runner, "look there")
    empty = await talk.respond()
    assert (empty["status"], empty["output"]) == ("completed", [])
    talk.worker.close()


async def test_a_function_that_has_to_be_called_is_called_without_a_word() -> None:
    talk = Talk()
    forced = await talk.respond(tool_choice={"type": "function", "name": "look"})
    assert [call["name"] for call in calls(forced)] == ["look"]
    talk.worker.close()


async def test_a_turn_that_has_to_call_something_and_does_not_fails() -> None:
    talk = Talk()
    talk.send({"type": "session.update", "session": {"type": "realtime", "tool_choice": "required"}})
    await run_typed_turn(talk.runner, "look there")
    (call,) = calls(await talk.done())
    talk.returned(call["call_id"], "a tree")
    assert (await talk.respond())["status"] == "completed"
    await run_typed_turn(talk.runner, "hello")
    failed = await talk.done()
    assert failed["status"] == "failed"
    assert failed["status_details"]["error"]["code"] == "tool_not_called"
    assert "'look'" in failed["status_details"]["error"]["message"]
    talk.worker.close()


async def test_out_of_band_what_was_said_comes_before_the_output_it_led_to() -> None:
    talk = Talk()
    heard = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "look there"}]}
    call = {"type": "function_call", "call_id": "mine", "name": "look", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "mine", "output": "a tree"}
    asked = await talk.respond(conversation="none", input=[heard])
    assert len(calls(asked)) == 1
    told = await talk.respond(conversation="none", input=[heard, call, output])
    assert (said(told), calls(told)) == (["I look. look returned a tree."], [])
    talk.worker.close()
