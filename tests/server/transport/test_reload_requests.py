"""`heedful reload` against a running server, over real connections; stand-in models."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.client.realtime_client import ClientError
from server.client.reloading import reload_server
from server.options import ServerOptions
from server.transport.app import App
from server.turns.pipeline import Reload
from tests.server.conftest import serving


class Counter:
    """A reload that counts, and refuses from the second on."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Callable[[], None]:
        self.count += 1
        if self.count > 1:
            raise ValueError("the model mumbles")
        return lambda: None


def give(app: App, reload: Reload) -> None:
    assert app.assistant is not None
    app.assistant = replace(app.assistant, reload=reload)


async def test_a_reload_is_done_or_refused_with_its_reason() -> None:
    counter = Counter()
    async with serving() as (app, address):
        give(app, counter)
        await asyncio.to_thread(reload_server, f"http://{address}/v1/reload")
        assert counter.count == 1
        with pytest.raises(ClientError, match="the model mumbles"):
            await asyncio.to_thread(reload_server, f"http://{address}/v1/reload")


async def test_a_server_without_anything_to_reload_says_so() -> None:
    async with serving() as (_, address):
        with pytest.raises(ClientError, match="nothing"):
            await asyncio.to_thread(reload_server, f"http://{address}/v1/reload")


async def test_a_full_house_can_be_reloaded() -> None:
    counter = Counter()
    async with serving(options=ServerOptions(port=0, max_sessions=1)) as (app, address):
        give(app, counter)
        async with connect(f"ws://{address}/v1/realtime") as socket:
            assert json.loads(await socket.recv())["type"] == "session.created"
            await asyncio.to_thread(reload_server, f"http://{address}/v1/reload")
    assert counter.count == 1


async def test_only_those_with_the_key_may_reload() -> None:
    counter = Counter()
    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (app, address):
        give(app, counter)
        with pytest.raises(ClientError, match="401"):
            await asyncio.to_thread(reload_server, f"http://{address}/v1/reload", "wrong")
        assert counter.count == 0
        await asyncio.to_thread(reload_server, f"http://{address}/v1/reload", "sesame")
        assert counter.count == 1


async def test_the_socket_is_no_second_way() -> None:
    counter = Counter()
    async with serving() as (app, address):
        give(app, counter)
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/v1/reload")
    assert refused.value.response.status_code == 405
    assert counter.count == 0
