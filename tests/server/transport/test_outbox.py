"""Outgoing events over a real socket: in order, long ones whole, and nobody waits for a client that has gone."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from server.transport.outbox import PIECE_CHARS, WebSocketOutbox


@asynccontextmanager
async def connected(outbox: WebSocketOutbox) -> AsyncIterator[ClientConnection]:
    """A client to which the outbox is written."""

    async def write(connection: ServerConnection) -> None:
        writing = asyncio.create_task(outbox.write_to(connection))
        await connection.wait_closed()
        writing.cancel()

    async with serve(write, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", max_size=None, proxy=None) as client:
            yield client


async def test_events_arrive_in_the_order_in_which_they_were_put() -> None:
    outbox = WebSocketOutbox()
    outbox.put({"number": 0})  # before anybody is there to read it
    async with connected(outbox) as client:
        for number in range(1, 50):
            outbox.put({"number": number})
        assert [json.loads(await client.recv())["number"] for _ in range(50)] == list(range(50))


async def test_a_long_event_arrives_as_one_message() -> None:
    outbox = WebSocketOutbox()
    event = {"audio": "x" * (3 * PIECE_CHARS + 1), "end": "é"}
    outbox.put(event)
    async with connected(outbox) as client:
        assert json.loads(await client.recv()) == event


async def test_it_is_drained_once_everything_is_sent() -> None:
    outbox = WebSocketOutbox()
    outbox.put({"text": "hello"})
    waiting = asyncio.create_task(outbox.drained(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    async with connected(outbox) as client:
        await client.recv()
        await asyncio.wait_for(waiting, 10)


async def test_less_than_enough_need_not_be_drained() -> None:
    outbox = WebSocketOutbox()
    outbox.put({"text": "hello"})
    await asyncio.wait_for(outbox.drained(), 10)


async def test_nobody_waits_for_a_client_that_has_gone() -> None:
    outbox = WebSocketOutbox()
    async with connected(outbox) as client:
        outbox.put({"text": "hello"})
        await client.recv()
        await client.close()
        outbox.put({"text": "too late"})
        await asyncio.wait_for(outbox.drained(0), 10)


async def test_what_is_put_after_a_promise_is_sent_once_it_is_kept() -> None:
    outbox, written = WebSocketOutbox(), asyncio.Event()

    async def write() -> None:
        await written.wait()

    async with connected(outbox) as client:
        outbox.put({"number": 1})
        outbox.wait_for(asyncio.create_task(write()))
        outbox.put({"number": 2})
        assert json.loads(await client.recv()) == {"number": 1}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.recv(), 0.05)
        written.set()
        assert json.loads(await client.recv()) == {"number": 2}


async def test_for_a_client_that_has_gone_nothing_is_kept() -> None:
    outbox = WebSocketOutbox()
    async with connected(outbox) as client:
        client.transport.abort()
        while not outbox.closed:
            outbox.put({"text": "x" * PIECE_CHARS})
            await asyncio.sleep(0)
    tracemalloc.start()
    for _ in range(100):
        outbox.put({"text": "x" * PIECE_CHARS})
        outbox.wait_for(asyncio.create_task(asyncio.sleep(0)))
    held_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held_bytes < 10 * PIECE_CHARS
    await asyncio.wait_for(outbox.drained(0), 10)
