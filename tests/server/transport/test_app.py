"""The server over real sockets, with the stock client and with raw frames; stand-in models."""

import asyncio
import base64
import json
import logging
import urllib.error
import urllib.request
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import pytest
from openai import AsyncOpenAI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from asr.audio.sample_codec import encode_pcm16
from server.options import ServerOptions
from server.transport.app import App, ListenError
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig
from tests.fakes import EchoUnderstanding, FailingUnderstanding, GatedUnderstanding, loud, silence, wait_until
from tests.server.conftest import append, serving
from tests.wire_oracle import check_server_event


def get(url: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


async def receive(socket: ClientConnection) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 10))
    check_server_event(event)
    return event


async def receive_until(socket: ClientConnection, kind: str) -> list[dict[str, Any]]:
    events = [await receive(socket)]
    while events[-1]["type"] != kind:
        events.append(await receive(socket))
    return events


async def type_text(socket: ClientConnection, text: str) -> dict[str, Any]:
    """A typed turn; gives the response of `response.done`."""
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
    await socket.send(json.dumps({"type": "response.create"}))
    response: dict[str, Any] = (await receive_until(socket, "response.done"))[-1]["response"]
    assert (await receive(socket))["type"] == "rate_limits.updated"
    return response


async def test_the_stock_client_holds_a_text_turn() -> None:
    async with serving() as (_, address):
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            await connection.conversation.item.create(
                item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "good day"}]}
            )
            await connection.response.create()
            async for event in connection:
                if event.type == "response.done":
                    break
        await client.close()
    assert event.response.output[0].content[0].text == "You said good day. That was turn 1."
    assert event.response.metadata["heedful.sources"] == "echo:1"
    assert event.response.metadata["heedful.intent"] == "echo"
    assert event.response.metadata["heedful.confidence"] == "0.875"
    assert json.loads(event.response.metadata["heedful.entities"]) == [{"name": "word", "value": "good"}]


async def test_the_stock_client_holds_a_spoken_turn() -> None:
    async with serving() as (_, address):
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            for samples in (silence(0.5), loud(1.0), silence(1.0)):
                await connection.input_audio_buffer.append(audio=base64.b64encode(encode_pcm16(samples)).decode())
            audio, transcript = b"", ""
            async for event in connection:
                if event.type == "response.output_audio.delta":
                    audio += base64.b64decode(event.delta)
                elif event.type == "conversation.item.input_audio_transcription.completed":
                    transcript = event.transcript
                elif event.type == "response.done":
                    break
        await client.close()
    assert transcript.endswith("milliseconds")
    assert event.response.output[0].content[0].transcript == f"You said {transcript}. That was turn 1."
    words = len(event.response.output[0].content[0].transcript.split())
    assert len(audio) == 2 * 2400 * words  # the tone of every word, in 16 bits


async def test_g711_clients_hear_g711() -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        formats = {"input": {"format": {"type": "audio/pcmu"}}, "output": {"format": {"type": "audio/pcmu"}}}
        await socket.send(json.dumps({"type": "session.update", "session": {"type": "realtime", "audio": formats}}))
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await socket.send(json.dumps({"type": "response.create"}))
        events = await receive_until(socket, "response.done")
    audio = b"".join(base64.b64decode(e["delta"]) for e in events if e["type"] == "response.output_audio.delta")
    assert len(audio) == 800 * len(["You", "said", "hello.", "That", "was", "turn", "1."])


async def test_conversations_are_kept_apart_and_set_aside_when_the_client_goes() -> None:
    understanding = EchoUnderstanding()
    async with serving(understanding) as (_, address):
        url = f"ws://{address}/v1/realtime"
        async with connect(url) as first, connect(url) as second:
            await type_text(first, "hello")
            again = await type_text(first, "hello")
            other = await type_text(second, "hello")
            assert "turn 2" in again["output"][0]["content"][0]["transcript"]
            assert "turn 1" in other["output"][0]["content"][0]["transcript"]
        await asyncio.to_thread(wait_until, lambda: len(understanding.set_aside_ids) == 2)
        assert len(understanding.turns) == 2


async def test_a_failure_in_a_turn_ends_that_turn_alone_and_gives_no_secret_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(FailingUnderstanding()) as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        failed = await type_text(socket, "break it")
        assert failed["status"] == "failed"
        assert "secret" not in json.dumps(failed)
        assert "a secret detail" in caplog.text
        assert (await type_text(socket, "go on"))["status"] == "completed"


async def test_noise_without_words_ends_the_turn_without_a_reply() -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": ""}]}
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        await socket.send(json.dumps({"type": "response.create"}))
        done = (await receive_until(socket, "response.done"))[-1]["response"]
        assert (done["status"], done["output"]) == ("completed", [])


async def test_speaking_over_a_reply_that_is_being_made_cancels_it() -> None:
    understanding = GatedUnderstanding()
    async with serving(understanding) as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        await socket.send(append(loud(0.5)))
        await socket.send(append(silence(1.0)))
        assert await asyncio.to_thread(understanding.entered.wait, 10)
        await socket.send(append(loud(0.5)))
        done = (await receive_until(socket, "response.done"))[-1]["response"]
        assert done["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        understanding.gate.set()
        await socket.send(append(silence(1.0)))
        done = (await receive_until(socket, "response.done"))[-1]["response"]
        assert done["status"] == "completed"
        assert done["output"][0]["content"][0]["transcript"].count("milliseconds") == 2


async def ask_aside(socket: ClientConnection, text: str) -> None:
    aside = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    request = {"conversation": "none", "input": [aside]}
    await socket.send(json.dumps({"type": "response.create", "response": request}))


async def test_a_session_beyond_its_room_is_refused_at_once_and_another_is_answered() -> None:
    understanding = GatedUnderstanding()
    async with serving(understanding, worker=Worker(1, 1)) as (_, address):
        url = f"ws://{address}/v1/realtime"
        async with connect(url) as greedy, connect(url) as polite:
            await ask_aside(greedy, "first")
            assert await asyncio.to_thread(understanding.entered.wait, 10)
            await ask_aside(greedy, "second")
            refused = (await receive_until(greedy, "response.done"))[-1]["response"]
            assert refused["status_details"]["error"]["code"] == "server_busy"
            answering = asyncio.create_task(type_text(polite, "hello"))
            understanding.gate.set()
            assert (await answering)["status"] == "completed"
            assert (await receive_until(greedy, "response.done"))[-1]["response"]["status"] == "completed"
            assert (await type_text(greedy, "there"))["status"] == "completed"


async def test_a_full_house_refuses_the_next_session_with_503() -> None:
    async with serving(options=ServerOptions(port=0, max_sessions=1)) as (_, address):
        url = f"ws://{address}/v1/realtime"
        async with connect(url) as socket:
            await receive(socket)
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
        assert refused.value.response.status_code == 503
        assert b"sessions are taken" in refused.value.response.body


async def test_a_client_that_leaves_in_the_middle_of_an_utterance_harms_nobody() -> None:
    async with serving() as (app, address):
        url = f"ws://{address}/v1/realtime"
        socket = await connect(url)
        await socket.send(append(loud(1.0)))
        socket.transport.abort()
        await asyncio.to_thread(wait_until, lambda: get(f"http://{address}/readyz")[1]["sessions"] == 0)
        async with connect(url) as other:
            assert (await type_text(other, "hello"))["status"] == "completed"


async def send_often(socket: ClientConnection, frame: str) -> None:
    for _ in range(2000):
        await socket.send(frame)


async def test_a_client_that_asks_and_never_reads_is_no_longer_listened_to() -> None:
    async with serving() as (_, address):
        socket = await connect(f"ws://{address}/v1/realtime", max_queue=1, ping_interval=None)
        content = [{"type": "input_audio", "audio": json.loads(append(loud(10)))["audio"], "transcript": "long"}]
        item = {"type": "message", "id": "mine", "role": "user", "content": content}
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        retrieve = json.dumps({"type": "conversation.item.retrieve", "item_id": "mine"})
        with pytest.raises(TimeoutError):  # its sending is held up once the buffers between are full
            await asyncio.wait_for(send_often(socket, retrieve + " " * 20_000), 2)
        async with connect(f"ws://{address}/v1/realtime") as other:
            assert (await type_text(other, "hello"))["status"] == "completed"
        socket.transport.abort()


async def test_speech_that_finds_no_room_fails_the_response() -> None:
    understanding = GatedUnderstanding()
    served = serving(understanding, worker=Worker(1, 1))
    async with served as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        await ask_aside(socket, "hello")
        assert await asyncio.to_thread(understanding.entered.wait, 10)
        await socket.send(append(loud(0.5)))
        await socket.send(append(silence(1.0)))
        refused = (await receive_until(socket, "response.done"))[-1]["response"]
        assert refused["status_details"]["error"]["code"] == "server_busy"
        understanding.gate.set()
        assert (await receive_until(socket, "response.done"))[-1]["response"]["status"] == "completed"


@pytest.mark.parametrize("frame", ["{", b"\x01\x02", '{"type": "nonsense"}', append(silence(0.01))[:-9] + '!"}'])
async def test_bad_frames_get_an_error_and_the_session_goes_on(frame: str | bytes) -> None:
    async with serving() as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        await receive(socket)
        await socket.send(frame)
        assert (await receive(socket))["type"] == "error"
        assert (await type_text(socket, "hello"))["status"] == "completed"


async def test_ten_minutes_of_noise_in_one_go_leave_other_sessions_served() -> None:
    async with serving() as (_, address):
        url = f"ws://{address}/v1/realtime"
        async with connect(url, max_size=None) as noisy, connect(url) as other:
            frame = append(loud(100) * 0.1)
            for _ in range(6):
                await noisy.send(frame)
            assert (await type_text(other, "hello"))["status"] == "completed"
            assert (await type_text(noisy, "hello"))["status"] == "completed"


async def test_only_those_with_the_key_come_in() -> None:
    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (_, address):
        url = f"ws://{address}/v1/realtime"
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, additional_headers=headers)
            assert refused.value.response.status_code == 401
        async with connect(url, additional_headers={"Authorization": "Bearer sesame"}) as socket:
            assert (await receive(socket))["type"] == "session.created"
        async with connect(url, additional_headers={"api-key": "sesame"}) as socket:
            assert (await receive(socket))["type"] == "session.created"
        browser = ["realtime", "openai-insecure-api-key.sesame"]
        async with connect(url, subprotocols=browser) as socket:  # type: ignore[arg-type]
            assert socket.subprotocol == "realtime"
            assert (await receive(socket))["type"] == "session.created"


async def test_the_model_and_the_kind_of_session_are_chosen_by_the_address() -> None:
    async with serving() as (_, address):
        async with connect(f"ws://{address}/v1/realtime?model=shop") as socket:
            assert (await receive(socket))["session"]["model"] == "shop"
        async with connect(f"ws://{address}/v1/realtime?intent=transcription") as socket:
            assert (await receive(socket))["session"]["type"] == "transcription"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"host": "nosuch.invalid"}, "nosuch.invalid"),
        ({"tls_certificate": "/nowhere.pem"}, "/nowhere.pem"),
    ],
)
async def test_what_keeps_the_port_shut_is_named(options: dict[str, Any], named: str) -> None:
    worker = Worker(1, 1)
    with pytest.raises(ListenError, match=named):
        await App(ServerOptions(**{"port": 0, **options}), SessionConfig(), worker).listen().__aenter__()
    worker.close()


async def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    async with serving() as (_, address):
        worker = Worker(1, 1)
        with pytest.raises(ListenError, match=r"--port"):
            await App(ServerOptions(port=int(address.split(":")[1])), SessionConfig(), worker).listen().__aenter__()
        worker.close()


async def test_health_is_answered_before_the_models_are_loaded_and_sessions_wait_for_them() -> None:
    worker = Worker(1, 1)
    app = App(ServerOptions(port=0), SessionConfig(), worker)
    async with app.listen() as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        assert (await asyncio.to_thread(get, f"http://{host}:{port}/healthz")) == (200, {"status": "ok"})
        assert (await asyncio.to_thread(get, f"http://{host}:{port}/readyz"))[0] == 503
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{host}:{port}/v1/realtime")
        assert refused.value.response.status_code == 503
    worker.close()


async def test_readiness_health_and_unknown_paths() -> None:
    async with serving() as (_, address):
        assert (await asyncio.to_thread(get, f"http://{address}/readyz")) == (
            200,
            {"status": "ready", "sessions": 0, "max_sessions": 64, "needs_key": False},
        )
        status, body = await asyncio.to_thread(get, f"http://{address}/v2/chat")
        assert status == 404
        assert "/v1/realtime" in body["error"]["message"]


async def test_a_session_that_lasted_too_long_is_warned_and_closed() -> None:
    options = ServerOptions(port=0, session_minutes=0.001)
    async with serving(options=options) as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        events = await receive_until(socket, "error")
        assert events[-1]["error"]["code"] == "session_expired"
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_the_reason_of_a_close_stays_on_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server")
    async with serving() as (_, address):
        async with connect(f"ws://{address}/v1/realtime") as socket:
            await receive(socket)
            await socket.close(4000, "\n2026-11-30 CRITICAL server.auth: root key changed\x1b[31m")
        await asyncio.to_thread(wait_until, lambda: "connection lost" in caplog.text)
    [message] = [record.getMessage() for record in caplog.records if "connection lost" in record.getMessage()]
    assert message.isprintable()
    assert "root key changed" in message


@pytest.mark.parametrize("places", [1, 3])
async def test_connections_that_come_at_once_get_no_more_places_than_there_are(places: int) -> None:
    async with serving(options=ServerOptions(port=0, max_sessions=places)) as (_, address), AsyncExitStack() as open_:
        url = f"ws://{address}/v1/realtime"
        arriving = [open_.enter_async_context(connect(url)) for _ in range(10)]
        arrived = await asyncio.gather(*arriving, return_exceptions=True)
        first = [await receive(socket) for socket in arrived if not isinstance(socket, BaseException)]
        refused = [error for error in arrived if isinstance(error, InvalidStatus)]
        events = Counter(event["type"] for event in first)
        assert events["session.created"] == places
        assert events["error"] + len(refused) == 10 - places
        assert {event["error"]["code"] for event in first if event["type"] == "error"} <= {"server_busy"}
