"""Keys with scopes and limits at every door, over real sockets."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.access.key_file import KeyFile
from server.access.keys import KeyLimits, Scope
from server.options import ServerOptions
from server.transport.app import App, ListenError
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask

TALK = frozenset({Scope.TALK})
ADMIN = frozenset({Scope.ADMIN})


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


@pytest.fixture
def options(file: KeyFile) -> ServerOptions:
    return ServerOptions(port=0, keys_file=str(file.path))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def first_event(address: str, key: str) -> dict[str, Any]:
    """The first event of a session, which may open only once another of its key has ended on the server's side."""
    while True:
        try:
            async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(key)) as socket:
                event: dict[str, Any] = json.loads(await socket.recv())
                return event
        except InvalidStatus:
            await asyncio.sleep(0)


async def answer(socket: Any, text: str) -> dict[str, Any]:
    """The response to a typed turn."""
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
    await socket.send(json.dumps({"type": "response.create", "response": {"output_modalities": ["text"]}}))
    async for frame in socket:
        event: dict[str, Any] = json.loads(frame)
        if event["type"] == "response.done":
            done: dict[str, Any] = event["response"]
            return done
    raise AssertionError("the connection ended")


async def test_each_scope_opens_what_is_its_own(file: KeyFile, options: ServerOptions) -> None:
    talk, admin = file.add("kiosk", TALK, KeyLimits()), file.add("ops", ADMIN, KeyLimits())
    async with serving(options=options) as (app, address):
        assert app.assistant is not None
        app.assistant = replace(app.assistant, reload=lambda: lambda: None)
        async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(talk)) as socket:
            assert (await answer(socket, "hello"))["status"] == "completed"
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/v1/realtime", additional_headers=bearer(admin))
        assert refused.value.response.status_code == 403
        by_talk = await ask(address, "POST", "/v1/reload", b"", **bearer(talk))
        by_admin = await ask(address, "POST", "/v1/reload", b"", **bearer(admin))
        models = await ask(address, "GET", "/v1/models", **bearer(admin))
    assert (by_talk.status, by_talk.error["code"]) == (403, "key_not_allowed")
    assert by_admin.status == 200
    assert models.status == 403


async def test_sessions_of_a_key_have_a_limit_and_those_of_others_do_not(file: KeyFile, options: ServerOptions) -> None:
    one, other = file.add("one", TALK, KeyLimits(sessions=1)), file.add("other", TALK, KeyLimits())
    async with serving(options=options) as (_, address):
        async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(one)):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://{address}/v1/realtime", additional_headers=bearer(one))
            async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(other)) as socket:
                await socket.recv()
        async with asyncio.timeout(5):
            created = await first_event(address, one)
    assert created["type"] == "session.created"
    assert refused.value.response.status_code == 429
    assert b"rate_limit_exceeded" in refused.value.response.body


async def test_a_turn_too_many_fails_by_itself_and_the_session_goes_on(file: KeyFile, options: ServerOptions) -> None:
    key = file.add("kiosk", TALK, KeyLimits(turns_per_minute=1))
    async with (
        serving(options=options) as (_, address),
        connect(f"ws://{address}/v1/realtime", additional_headers=bearer(key)) as socket,
    ):
        assert (await answer(socket, "one"))["status"] == "completed"
        second = await answer(socket, "two")
        await socket.ping()
    assert second["status"] == "failed"
    assert second["status_details"]["error"]["code"] == "rate_limit_exceeded"


async def test_a_client_secret_counts_for_the_key_that_made_it(file: KeyFile, options: ServerOptions) -> None:
    key = file.add("shop", TALK, KeyLimits(turns_per_minute=1))
    async with serving(options=options) as (_, address):
        body = b'{"session": {"type": "realtime"}}'
        headers = {"Content-Type": "application/json", **bearer(key)}
        secret = (await ask(address, "POST", "/v1/realtime/client_secrets", body, **headers)).json()["value"]
        async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(secret)) as socket:
            assert (await answer(socket, "one"))["status"] == "completed"
        async with connect(f"ws://{address}/v1/realtime", additional_headers=bearer(key)) as socket:
            assert (await answer(socket, "two"))["status"] == "failed"


async def test_requests_count_as_turns(file: KeyFile, options: ServerOptions) -> None:
    key = file.add("kiosk", TALK, KeyLimits(turns_per_minute=1))
    async with serving(options=options) as (_, address):
        body = b'{"input": "hello", "model": "any", "voice": "any", "response_format": "pcm"}'
        headers = {"Content-Type": "application/json", **bearer(key)}
        first, second = [await ask(address, "POST", "/v1/audio/speech", body, **headers) for _ in range(2)]
    assert (first.status, second.status) == (200, 429)
    assert int(second.headers["retry-after"]) >= 1


async def test_a_network_is_not_let_in_without_a_key(file: KeyFile) -> None:
    everywhere = ServerOptions(port=0, host="0.0.0.0", keys_file=str(file.path))
    worker = Worker(1, 2)
    with pytest.raises(ListenError, match="heedful keys add"):
        async with App(everywhere, SessionConfig(), worker).listen():
            pass
    for options in (replace(everywhere, open_to_network=True), replace(everywhere, api_key="sesame")):
        async with App(options, SessionConfig(), worker).listen():
            pass
    file.add("kiosk", TALK, KeyLimits())
    async with App(everywhere, SessionConfig(), worker).listen():
        pass
    worker.close()
