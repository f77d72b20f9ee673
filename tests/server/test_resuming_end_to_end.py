"""Conversations that go on, with the real models: over another connection, and out of a context that a client has."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from server.client.realtime_client import open_session
from server.settings import Settings
from server.turns.pipeline import Assistant
from tests.server.transport.test_app import receive_until
from tests.server.transport.test_resuming import address_of, message
from tests.test_end_to_end import serving

pytestmark = pytest.mark.heavy

ASKED = ("user", "how much is the pulse buds 2?")
ANSWERED = ("assistant", "The price of the Pulse Buds 2 is $79.99.")


async def test_an_active_form_goes_on_in_the_next_connection(assistant: Assistant, settings: Settings) -> None:
    async with serving(assistant, settings) as address:
        async with open_session(f"ws://{address}/v1/realtime", speaks=False) as client:
            await client.ask("where is my order?")
        async with open_session(address_of(client.conversation, address), speaks=False) as client:
            turn = await client.ask("10001")
    assert "action_order_status" in turn.metadata["heedful.actions"]


@asynccontextmanager
async def restored(
    assistant: Assistant, settings: Settings, *texts: tuple[str, str]
) -> AsyncIterator[ClientConnection]:
    """A session into which a client has put what was said before."""
    async with serving(assistant, settings) as address, connect(f"ws://{address}/v1/realtime") as socket:
        written = {"type": "realtime", "output_modalities": ["text"]}
        await socket.send(json.dumps({"type": "session.update", "session": written}))
        for role, text in texts:
            await socket.send(message(role, text))
        yield socket


async def sources_of(socket: ClientConnection, **request: Any) -> str:
    await socket.send(json.dumps({"type": "response.create", "response": request}))
    async with asyncio.timeout(60):
        response = (await receive_until(socket, "response.done"))[-1]["response"]
    sources: str = response["metadata"]["heedful.sources"]
    return sources


@pytest.mark.parametrize("request_of", [{}, {"conversation": "none"}])
async def test_a_restored_context_goes_on(assistant: Assistant, settings: Settings, request_of: dict[str, str]) -> None:
    question = ("user", "and how heavy are they?")
    async with restored(assistant, settings, ASKED, ANSWERED, question) as socket:
        assert await sources_of(socket, **request_of) == "product:pulse-buds-2#weight"


async def test_a_form_that_another_service_began_goes_on(assistant: Assistant, settings: Settings) -> None:
    begun = ("user", "where is my order?"), ("assistant", "What is your order number?"), ("user", "10001")
    async with restored(assistant, settings, *begun) as socket:
        await socket.send(json.dumps({"type": "response.create"}))
        response = (await receive_until(socket, "response.done"))[-1]["response"]
    assert "action_order_status" in response["metadata"]["heedful.actions"]
