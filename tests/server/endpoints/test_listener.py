"""One connection from its first bytes: HTTP, again HTTP, a socket; raw bytes over real sockets."""

import asyncio
import json
import logging
import socket

import pytest
from websockets.asyncio.client import connect

from server.endpoints import listener
from server.endpoints.listener import HttpConnection, HttpServer
from server.options import ServerOptions
from tests.server.conftest import serving
from tests.server.transport.test_connection import TEXT, frame
from tests.server.transport.test_requests import UPGRADE

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


async def opened(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = address.split(":")
    return await asyncio.open_connection(host, int(port))


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)


async def test_a_connection_is_kept_for_the_next_request_and_can_still_become_a_socket() -> None:
    async with serving() as (_, address):
        reader, writer = await opened(address)
        for _ in range(3):
            writer.write(HEALTH)
            assert b" 200 " in await read_head(reader)
            assert await reader.readexactly(15) == b'{"status":"ok"}'
        upgrade = f"GET /v1/realtime HTTP/1.1\r\nHost: x\r\n{UPGRADE}\r\n".encode()
        writer.write(upgrade + frame(TEXT, b"{"))  # what comes with the request is not lost
        assert b" 101 " in await read_head(reader)
        assert b"session.created" in await asyncio.wait_for(reader.readuntil(b"session.created"), 10)
        assert b"invalid_event" in await asyncio.wait_for(reader.readuntil(b"invalid_event"), 10)
        writer.close()


@pytest.mark.parametrize(
    "nonsense",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"hello\r\n\r\n", b"GET /\x80 HTTP/1.1\r\n\r\n"],
)
async def test_what_is_no_http_is_refused_as_json(nonsense: bytes) -> None:
    async with serving() as (_, address):
        reader, writer = await opened(address)
        writer.write(nonsense)
        assert b" 400 " in await read_head(reader)
        assert json.loads(await asyncio.wait_for(reader.read(), 10))["error"]["code"] == "invalid_request"
        writer.close()


async def test_a_head_without_end_is_refused() -> None:
    async with serving() as (_, address):
        reader, writer = await opened(address)
        writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * listener.MAX_HEAD_BYTES)
        assert b" 400 " in await read_head(reader)
        writer.close()


@pytest.mark.parametrize("before", [0, 1])
async def test_a_head_that_does_not_come_to_its_end_is_given_up(monkeypatch: pytest.MonkeyPatch, before: int) -> None:
    monkeypatch.setattr(listener, "HEAD_SECONDS", 0.2)
    async with serving() as (_, address):
        reader, writer = await opened(address)
        writer.write(HEALTH * before)
        for _ in range(before):
            await read_head(reader)
        writer.write(b"GET / HT")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(10_000), 10)
        writer.close()


async def test_a_client_that_does_not_read_its_answers_is_dropped() -> None:
    async with serving(options=ServerOptions(port=0, unread_seconds=0.3)) as (_, address):
        host, port = address.split(":")
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(10)
            client.connect((host, int(port)))

            def flood() -> None:
                while True:
                    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 100)

            with pytest.raises((ConnectionError, TimeoutError)):
                await asyncio.to_thread(flood)


async def test_more_connections_than_there_may_be_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "MAX_CONNECTIONS", 1)
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime"):  # a socket is none of them
        first, second = await opened(address), await opened(address)
        first[1].write(HEALTH)
        assert b" 200 " in await read_head(first[0])
        second[1].write(HEALTH)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await read_head(second[0])
        first[1].close()
        second[1].close()


async def test_the_port_closes_though_somebody_holds_a_connection() -> None:
    async with serving() as (_, address):
        reader, writer = await opened(address)
        writer.write(HEALTH)
        assert b" 200 " in await read_head(reader)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(10_000), 10)
    writer.close()


async def test_answers_that_are_cut_short_are_one_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = asyncio.Event()

    async def never(_: object, __: object, ___: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(listener, "CLOSING_SECONDS", 0.1)
    http_server = HttpServer(never, frozenset(), 5.0)
    make = lambda: HttpConnection(http_server, asyncio.Protocol, None)  # noqa: E731
    async with await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        _, writer = await opened(f"{host}:{port}")
        writer.write(HEALTH)
        await asyncio.wait_for(asked.wait(), 10)
        with caplog.at_level(logging.INFO):
            await http_server.close()
        writer.close()
    assert [record.getMessage() for record in caplog.records] == [
        "requests that were cut short, since the server stops: 1"
    ]
