"""What a client can make the server hold by not reading; raw bytes over real sockets."""

import asyncio
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from server.options import ServerOptions
from server.transport.connection import PINGS_A_SECOND
from server.wire.frames import MAX_VALUES
from tests.fakes import loud, wait_until
from tests.server.conftest import append, serving
from tests.server.transport.test_app import get, receive_until, type_text
from tests.server.transport.test_requests import UPGRADE

TEXT, CLOSE, PING = 0x81, 0x88, 0x89


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(payload)
    if size < 126:
        return bytes([opcode, 0x80 | size]) + b"\0\0\0\0" + payload
    return bytes([opcode, 0x80 | 127]) + struct.pack(">Q", size) + b"\0\0\0\0" + payload


ITEM = {"type": "input_audio", "audio": json.loads(append(loud(20)))["audio"], "transcript": "long"}
STORE = frame(
    TEXT,
    json.dumps(
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "id": "mine", "role": "user", "content": [ITEM]},
        }
    ).encode(),
)
RETRIEVE = frame(TEXT, b'{"type": "conversation.item.retrieve", "item_id": "mine"}')


@contextmanager
def unread(address: str) -> Iterator[socket.socket]:
    """A client with small buffers that never reads."""
    host, port = address.split(":")
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
        client.settimeout(10)
        client.connect((host, int(port)))
        client.sendall(f"GET /v1/realtime HTTP/1.1\r\nHost: x\r\n{UPGRADE}\r\n".encode())
        yield client


def send_until_held_up(client: socket.socket, data: bytes, limit_bytes: int) -> int:
    """How many bytes the server takes before it takes no more for a second, or more than the limit."""
    client.settimeout(1)
    sent = 0
    while sent <= limit_bytes:
        try:
            sent += client.send(data)
        except TimeoutError:
            break
    return sent


def sessions(address: str) -> int:
    return int(get(f"http://{address}/readyz")[1]["sessions"])


async def test_a_client_that_stops_reading_is_dropped() -> None:
    async with serving(options=ServerOptions(port=0, unread_seconds=0.3)) as (_, address):
        with unread(address) as client:
            await asyncio.to_thread(client.sendall, STORE + RETRIEVE * 20)
            await asyncio.to_thread(wait_until, lambda: sessions(address) == 0)
            with pytest.raises(ConnectionError):
                await asyncio.to_thread(send_until_held_up, client, RETRIEVE, 2**24)


async def test_of_the_frames_of_a_client_that_does_not_read_few_bytes_are_taken_in() -> None:
    async with serving() as (_, address):
        with unread(address) as client:
            await asyncio.to_thread(client.sendall, STORE + RETRIEVE * 8)
            large = frame(TEXT, b'{"type": "' + b"x" * 2**22 + b'"}')
            taken = await asyncio.to_thread(send_until_held_up, client, large, 2**26)
    assert taken < 2**26  # most of it lies in the buffers of the operating system


async def test_a_client_that_sends_pings_and_reads_no_answers_is_dropped() -> None:
    async with serving() as (_, address):
        with unread(address) as client, pytest.raises(ConnectionError):
            await asyncio.to_thread(send_until_held_up, client, frame(PING, b"x" * 125) * 100, 2**26)


async def test_a_long_event_arrives_whole() -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime", max_size=None) as client:
        item = {"type": "message", "id": "mine", "role": "user", "content": [ITEM]}
        await client.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await client.send(json.dumps({"type": "conversation.item.retrieve", "item_id": "mine"}))
        retrieved = (await receive_until(client, "conversation.item.retrieved"))[-1]
        assert retrieved["item"]["content"][0]["audio"] == ITEM["audio"]
        assert (await type_text(client, "hello"))["status"] == "completed"


async def test_a_frame_of_very_many_values_is_refused_and_the_session_goes_on() -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as client:
        await client.send('{"type": "session.update", "session": {"tools": [' + "[]," * 1_000_000 + "[]]}}")
        refused = (await receive_until(client, "error"))[-1]["error"]
        assert refused["code"] == "invalid_event"
        assert str(MAX_VALUES) in refused["message"]
        assert (await type_text(client, "hello"))["status"] == "completed"


async def test_a_client_that_pings_without_a_pause_is_dropped_before_much_is_answered() -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as client:
        client.transport.write(frame(PING, b"") * 20_000)
        with pytest.raises(ConnectionClosedError):
            await receive_until(client, "response.done")
        assert await asyncio.to_thread(get, f"http://{address}/readyz")
        async with connect(f"ws://{address}/v1/realtime") as other:
            for _ in range(PINGS_A_SECOND // 2):
                await (await other.ping())
            assert (await type_text(other, "hello"))["status"] == "completed"


async def test_what_a_client_sends_at_once_is_taken_in_slices_to_the_last_byte() -> None:
    update = b'{"type": "session.update", "session": {"type": "realtime", "instructions": "' + b"x" * 9000 + b'"}}'
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as client:
        client.transport.write(frame(TEXT, update) * 100)
        events = [json.loads(await client.recv()) for _ in range(101)]
        client.transport.write(frame(TEXT, update) * 10 + frame(CLOSE, struct.pack(">H", 4000)))
        with pytest.raises(ConnectionClosed) as closed:
            await receive_until(client, "response.done")
    assert [event["type"] for event in events] == ["session.created"] + ["session.updated"] * 100
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4000
