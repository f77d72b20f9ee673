"""A session that is over is freed at once, with all that it held, and not by the garbage collector."""

import asyncio
import gc
import json
import logging
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect

from server.options import ServerOptions
from server.protocol.session import Session
from server.turns.pipeline import TurnRunner
from tests.fakes import EchoUnderstanding, FailingUnderstanding, GatedUnderstanding, loud, silence, wait_until
from tests.server.conftest import append, make_session, serving
from tests.server.transport.test_app import receive_until, type_text


async def leave_idle(socket: ClientConnection) -> None:
    await socket.close()


async def leave_after_turns(socket: ClientConnection) -> None:
    await type_text(socket, "hello")
    await socket.send(append(loud(0.5)))
    await socket.send(append(silence(1.0)))
    await receive_until(socket, "response.done")
    await socket.close(4000, "enough")


async def leave_in_mid_utterance(socket: ClientConnection) -> None:
    await socket.send(append(loud(0.5)))
    socket.transport.abort()


async def leave_after_an_error(socket: ClientConnection) -> None:
    await socket.send("{")
    await receive_until(socket, "error")
    await socket.close()


async def leave_after_a_failure(socket: ClientConnection) -> None:
    assert (await type_text(socket, "break it"))["status"] == "failed"
    await socket.close()


async def leave_in_mid_turn(socket: ClientConnection) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "wait"}]}
    await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
    await socket.send(json.dumps({"type": "response.create"}))
    await receive_until(socket, "response.created")
    socket.transport.abort()


async def stay_too_long(socket: ClientConnection) -> None:
    await receive_until(socket, "error")
    await socket.wait_closed()


def nobody_holds_a_session() -> bool:
    return not any(type(thing) in {Session, TurnRunner} for thing in gc.get_objects())


@pytest.mark.parametrize(
    ("leave", "understanding", "minutes"),
    [
        (leave_idle, EchoUnderstanding, 60),
        (leave_after_turns, EchoUnderstanding, 60),
        (leave_in_mid_utterance, EchoUnderstanding, 60),
        (leave_after_an_error, EchoUnderstanding, 60),
        (leave_after_a_failure, FailingUnderstanding, 60),
        (leave_in_mid_turn, GatedUnderstanding, 60),
        (stay_too_long, EchoUnderstanding, 0.001),
    ],
)
async def test_a_session_is_freed_when_its_client_is_gone(
    leave: Callable[[ClientConnection], Awaitable[None]],
    understanding: type[EchoUnderstanding],
    minutes: float,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, "server")  # a record that pytest keeps holds the frames of its traceback
    make_session()  # what it imports keeps the frames of the first
    model = understanding()
    async with serving(model, ServerOptions(port=0, session_minutes=minutes)) as (_, address):
        gc.collect()
        gc.disable()
        try:
            await leave(await connect(f"ws://{address}/v1/realtime"))
            if isinstance(model, GatedUnderstanding):
                model.gate.set()
            await asyncio.to_thread(wait_until, nobody_holds_a_session)
        finally:
            gc.enable()
