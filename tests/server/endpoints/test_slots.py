"""How many requests are worked on, and what they hold."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, nullcontext

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from server.endpoints.errors import ApiError
from server.endpoints.slots import HoldingResponse, Slots


def test_a_place_is_given_back_and_no_more_are_given_than_there_are() -> None:
    slots = Slots()
    for _ in range(2):
        with slots.taken(2), slots.taken(2), pytest.raises(ApiError, match="max_requests"), slots.taken(2):
            """Never reached."""


async def test_what_else_waits_goes_on_between_two_requests_that_work_on_the_loop() -> None:
    slots, done = Slots(), list[str]()

    async def work(name: str) -> None:
        async with slots.alone():
            done.append(name)
            asyncio.get_running_loop().call_soon(done.append, "something else")

    await asyncio.gather(work("first"), work("second"))
    assert done[:3] == ["first", "something else", "second"]


@pytest.mark.parametrize("gone", [False, True])
async def test_an_answer_lets_go_when_it_is_sent_or_its_client_is_gone(gone: bool) -> None:
    slots = Slots()
    sent: list[bytes | None] = []

    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if gone:
            raise OSError("the client is gone")
        sent.append(message.get("body"))

    held = AsyncExitStack()
    held.enter_context(slots.taken(1))
    response = HoldingResponse(pieces(), held, "audio/pcm")
    scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
    with pytest.raises(ClientDisconnect) if gone else nullcontext():
        await response(scope, receive, send)
    with slots.taken(1):
        assert (sent == [None, b"one", b""]) != gone
