"""A Rasa project calls a function at stock clients, over a real socket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI

from server.turns.hot_reload import LiveUnderstanding
from tests.server.conftest import serving
from tests.wire_oracle import check_server_event

pytestmark = pytest.mark.heavy

GET_ORDER = {
    "type": "function",
    "name": "get_order",
    "description": "Look up the state of an order.",
    "parameters": {"type": "object", "properties": {"order_number": {"type": "integer"}}, "required": ["order_number"]},
}


@asynccontextmanager
async def connected(understanding: LiveUnderstanding, tools: list[dict[str, Any]]) -> AsyncIterator[Any]:
    async with serving(understanding) as (_, address):
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            session = {"type": "realtime", "output_modalities": ["text"], "tools": tools}
            await connection.session.update(session=session)
            yield connection
        await client.close()


async def done(connection: Any) -> Any:
    async for event in connection:
        check_server_event(event.to_dict())
        if event.type == "response.done":
            return event.response
    raise AssertionError("the connection was closed")


async def say(connection: Any, text: str) -> Any:
    content = [{"type": "input_text", "text": text}]
    await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
    await connection.response.create()
    return await done(connection)


async def test_the_openai_client_is_called_and_answered(tool_talk: LiveUnderstanding) -> None:
    async with connected(tool_talk, [GET_ORDER]) as connection:
        asked = await say(connection, "where is order 48213")
        message, call = asked.output
        assert message.content[0].text == "I look."
        assert (call.name, json.loads(call.arguments)) == ("get_order", {"order_number": 48213})
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"order_state": "sent"}'}
        await connection.conversation.item.create(item=output)
        await connection.response.create()
        told = await done(connection)
    assert told.output[0].content[0].text == "Order 48213 is sent."
    assert told.metadata["heedful.actions"].split() == ["utter_look", "action_get_order", "utter_order"]


async def test_a_client_without_the_function_gets_the_answer_from_here(tool_talk: LiveUnderstanding) -> None:
    async with connected(tool_talk, []) as connection:
        told = await say(connection, "where is order 48213")
    assert told.output[0].content[0].text == "I look. Order 48213 is known here."
