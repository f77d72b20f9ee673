"""A server from its start to the signal that stops it; stand-in models."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from asr.options import SegmenterOptions
from asr.segmentation.vad_segmenter import VadSegmenter
from dialogue.memory.conversation_store import ConversationStore
from server.client.demo import free_port
from server.conversations.reception import Reception
from server.options import ServerOptions
from server.transport.serve import serve_forever
from server.turns.pipeline import Assistant
from server.wire.session_config import SessionConfig
from tests.conftest import ROOT
from tests.fakes import CountingRecognizer, EchoUnderstanding, GatedUnderstanding, ToneSynthesizer, wait_until
from tests.server.conftest import new_segmenter
from tests.server.transport.test_app import get, receive_until


class Models:
    """Stand-ins that say whether they were closed; `gate` keeps them from being loaded, `reloads` counts."""

    def __init__(self, understanding: EchoUnderstanding | None = None) -> None:
        self.understanding = understanding or EchoUnderstanding()
        self.cause: str | None = None
        self.closed = False
        self.segmenters = 0
        self.error: OSError | None = None
        self.gate = threading.Event()
        self.reloads = 0
        self.reception = Reception(ConversationStore())

    @contextmanager
    def open(self) -> Iterator[Assistant]:
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        yield Assistant(
            CountingRecognizer(),
            self.understanding,
            ToneSynthesizer(),
            self.new_segmenter,
            reload=self.reload,
            broken=lambda: self.cause,
            reception=self.reception,
        )
        self.closed = True

    def new_segmenter(self, options: SegmenterOptions) -> VadSegmenter:
        self.segmenters += 1
        return new_segmenter(options)

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
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # no signal has come yet; a second one would end us
            os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 10)


async def readiness(address: str) -> tuple[int, dict[str, Any]]:
    return await asyncio.to_thread(get, f"http://{address}/readyz")


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


async def test_what_a_session_is_made_of_has_been_tried_when_the_server_is_ready() -> None:
    models = Models()
    models.gate.set()
    async with running(models, lambda: None) as address:
        await until(lambda: status(address, "/readyz") == 200)
        assert models.segmenters


@pytest.mark.parametrize(("seconds", "expected"), [(0.01, 1), (0.0, 0)])
async def test_what_is_trained_anew_is_loaded_where_the_options_say_so(seconds: float, expected: int) -> None:
    models, built = Models(), [1]
    models.gate.set()
    async with running(models, lambda: built[0], watch_seconds=seconds) as address:
        await until(lambda: status(address, "/readyz") == 200)
        built[0] = 2
        await until(lambda: models.reloads == expected)
    assert models.reloads == expected


async def test_turns_under_way_end_before_the_server_does_and_no_new_session_begins() -> None:
    models = Models(GatedUnderstanding())
    assert isinstance(models.understanding, GatedUnderstanding)
    models.gate.set()
    async with running(models, lambda: None) as address:
        await until(lambda: status(address, "/readyz") == 200)
        socket = await connect(f"ws://{address}/v1/realtime")
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await socket.send(json.dumps({"type": "response.create"}))
        assert await asyncio.to_thread(models.understanding.entered.wait, 10)
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: status(address, "/readyz") == 503)
        assert await readiness(address) == (503, {"status": "draining", "sessions": 1})
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/v1/realtime")
        assert refused.value.response.status_code == 503
        await socket.send(json.dumps({"type": "response.create"}))
        error = (await receive_until(socket, "error"))[-1]["error"]
        assert (error["type"], error["code"]) == ("server_error", "server_stopping")
        models.understanding.gate.set()
        assert (await receive_until(socket, "response.done"))[-1]["response"]["status"] == "completed"
        await receive_until(socket, "rate_limits.updated")
        with pytest.raises((ConnectionClosedOK, ConnectionClosedError)) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


async def test_a_broken_part_is_reported_with_its_cause() -> None:
    models = Models()
    models.gate.set()
    async with running(models, lambda: None) as address:
        await until(lambda: status(address, "/readyz") == 200)
        models.cause = "the dialogue has ended"
        assert await readiness(address) == (503, {"status": "broken", "cause": "the dialogue has ended"})
        models.cause = None
        assert (await readiness(address))[0] == 200


async def test_old_conversations_are_deleted_by_the_running_server() -> None:
    models, days = Models(), [0]
    store = ConversationStore(retention_days=1, now=lambda: days[0] * 86_400.0)
    models.reception = Reception(store)
    store.open("old")
    store.write(store.turn("old", (), ends=True))
    store.close_conversation("old")
    days[0] = 2
    models.gate.set()
    async with running(models, lambda: None):
        await until(lambda: store.conversations() == [])


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
from server.wire.session_config import SessionConfig
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


BUSY = """
import asyncio, sys
from contextlib import contextmanager
from server.options import ServerOptions
from server.wire.session_config import SessionConfig
from server.transport import serve
from server.turns.pipeline import Assistant
from tests.fakes import CountingRecognizer, EchoUnderstanding, ToneSynthesizer
from tests.server.conftest import new_segmenter

class Burning(EchoUnderstanding):
    def respond(self, conversation_id, interpretation, offer):
        while True:
            pass

@contextmanager
def load():
    yield Assistant(CountingRecognizer(), Burning(), ToneSynthesizer(), new_segmenter)

serve.CLOSING_SECONDS = float(sys.argv[2])
options = ServerOptions(port=int(sys.argv[1]), drain_seconds=0.2)
asyncio.run(serve.serve_forever(options, SessionConfig(), load, lambda: None))
"""


@asynccontextmanager
async def burning(closing_seconds: float) -> AsyncIterator[Process]:
    """A server in a process of its own whose turns burn and never end; one is under way, and a signal has come.

    Until the block, the session has been closed in good order.
    """
    port = free_port("127.0.0.1")
    arguments = ["-c", BUSY, str(port), str(closing_seconds)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        await asyncio.to_thread(wait_until, lambda: status(f"127.0.0.1:{port}", "/readyz") == 200, 60)
        async with connect(f"ws://127.0.0.1:{port}/v1/realtime") as socket:
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "wait"}]}
            await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
            await socket.send(json.dumps({"type": "response.create"}))
            await receive_until(socket, "response.created")
            process.terminate()
            response = (await receive_until(socket, "response.done"))[-1]["response"]
            assert response["status"] == "failed"
            assert response["status_details"]["error"]["code"] == "server_stopping"
            await receive_until(socket, "rate_limits.updated")
            with pytest.raises((ConnectionClosedOK, ConnectionClosedError)) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()


async def test_turns_that_do_not_end_are_cut_short_and_a_second_signal_ends_the_process_at_once() -> None:
    async with burning(closing_seconds=60) as process:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == -signal.SIGTERM


async def test_a_thread_that_never_ends_does_not_keep_the_process_and_is_shown() -> None:
    async with burning(closing_seconds=1) as process:
        _, complaints = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 1
        assert b"respond" in complaints
