"""A server from its start to the signal that stops it; stand-in models."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from server.client.demo import free_port
from server.options import ServerOptions
from server.protocol.session_config import SessionConfig
from server.transport.serve import serve_forever
from server.turns.pipeline import Assistant
from tests.conftest import ROOT
from tests.fakes import CountingRecognizer, EchoUnderstanding, ToneSynthesizer, wait_until
from tests.server.conftest import new_segmenter


class Models:
    """Stand-ins that say whether they were closed; `gate` keeps them from being loaded, `reloads` counts."""

    def __init__(self) -> None:
        self.closed = False
        self.error: OSError | None = None
        self.gate = threading.Event()
        self.reloads = 0

    @contextmanager
    def open(self) -> Iterator[Assistant]:
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        yield Assistant(CountingRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter, reload=self.reload)
        self.closed = True

    def reload(self) -> Callable[[], None]:
        self.reloads += 1
        return lambda: None


@asynccontextmanager
async def running(models: Models, look: Callable[[], object], **options: Any) -> AsyncIterator[str]:
    """A server in this process, which a signal to it stops; gives its `host:port`."""
    settings = ServerOptions(port=free_port("127.0.0.1"), **options)
    serving = asyncio.create_task(serve_forever(settings, SessionConfig(), models.open, look))
    try:
        yield f"127.0.0.1:{settings.port}"
    finally:
        models.gate.set()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 10)


def status(address: str, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except urllib.error.URLError:
        return 0


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, condition)


async def test_the_port_is_open_while_the_models_load_and_a_signal_closes_all() -> None:
    models = Models()
    async with running(models, lambda: None) as address:
        await until(lambda: status(address, "/healthz") == 200)
        assert await asyncio.to_thread(status, address, "/readyz") == 503
        models.gate.set()
        await until(lambda: status(address, "/readyz") == 200)
        socket = await connect(f"ws://{address}/v1/realtime")
        assert json.loads(await socket.recv())["type"] == "session.created"
        assert not models.closed
    with pytest.raises((ConnectionClosedOK, ConnectionClosedError)) as closed:
        await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert models.closed


@pytest.mark.parametrize(("seconds", "expected"), [(0.01, 1), (0.0, 0)])
async def test_what_is_trained_anew_is_loaded_where_the_options_say_so(seconds: float, expected: int) -> None:
    models, built = Models(), [1]
    models.gate.set()
    async with running(models, lambda: built[0], watch_seconds=seconds) as address:
        await until(lambda: status(address, "/readyz") == 200)
        built[0] = 2
        await until(lambda: models.reloads == expected)
    assert models.reloads == expected


async def test_a_model_that_cannot_be_loaded_stops_the_server() -> None:
    models = Models()
    models.error = OSError("the disk is on fire")
    models.gate.set()
    options = ServerOptions(port=free_port("127.0.0.1"))
    with pytest.raises(OSError, match="on fire"):
        await asyncio.wait_for(serve_forever(options, SessionConfig(), models.open, lambda: None), 10)


def test_a_signal_ends_the_process_though_the_models_go_on_loading() -> None:
    program = """
import asyncio, os, signal, threading
from contextlib import contextmanager
from server.options import ServerOptions
from server.protocol.session_config import SessionConfig
from server.transport.serve import serve_forever

@contextmanager
def load_for_ever():
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait()
    yield

asyncio.run(serve_forever(ServerOptions(port=0), SessionConfig(), load_for_ever, lambda: None))
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == 0
