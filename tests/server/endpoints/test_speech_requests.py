"""Text in, sound out, over real sockets with the stock client; stand-in voice."""

import asyncio
import base64
import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from openai import AsyncOpenAI

from asr.samples import Samples
from tests.fakes import ToneSynthesizer
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask

PATH = "/v1/audio/speech"
BEGINNINGS = {
    "mp3": (b"ID3", b"\xff"),
    "opus": (b"OggS",),
    "aac": (b"\xff",),
    "flac": (b"fLaC",),
    "wav": (b"RIFF",),
    "pcm": (b"\x00\x00",),
}


@pytest.mark.parametrize("name", sorted(BEGINNINGS))
async def test_the_stock_client_gets_speech_in_every_form(name: Any) -> None:
    async with serving() as (_, address), AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1") as openai:
        streamed = openai.audio.speech.with_streaming_response.create(
            model="tts-1", voice="alloy", input="Good day to you. It rains.", response_format=name
        )
        async with streamed as response:
            pieces = [piece async for piece in response.iter_bytes()]
    assert b"".join(pieces).startswith(BEGINNINGS[name])
    assert response.headers["content-type"].startswith("audio/")
    if name == "pcm":
        assert sum(map(len, pieces)) == 2 * 2400 * 6


async def test_speech_comes_as_events_where_they_are_asked_for() -> None:
    body = {"input": "Good day. It rains.", "voice": {"id": "x"}, "model": "m", "response_format": "pcm"}
    async with serving() as (_, address):
        answer = await ask(address, "POST", PATH, {**body, "stream_format": "sse"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data: ")) for line in answer.body.decode().split("\n\n") if line]
    sound = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
    assert len(sound) == 2 * 2400 * 4
    assert [event["type"] for event in events] == ["speech.audio.delta"] * (len(events) - 1) + ["speech.audio.done"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "input"),
        ({"input": "x" * 4097}, "input"),
        ({"input": " ?! "}, "input"),
        ({"input": "hello", "response_format": "mp4"}, "response_format"),
        ({"input": "hello", "speed": 9}, "speed"),
        ({"input": 1}, "input"),
    ],
)
async def test_what_cannot_be_spoken_is_refused(body: dict[str, Any], param: str) -> None:
    async with serving() as (_, address):
        answer = await ask(address, "POST", PATH, body)
    assert (answer.status, answer.error["param"]) == (400, param)


async def test_half_a_character_is_spoken_over_and_a_broken_voice_is_a_failure() -> None:
    class Broken(ToneSynthesizer):
        def synthesize(self, text: str, speed: float = 1.0) -> Samples:
            raise RuntimeError("a secret detail")

    async with serving() as (app, address):
        assert (await ask(address, "POST", PATH, b'{"input": "a \\ud83d b"}')).status == 200
        assert app.assistant is not None
        app.assistant = replace(app.assistant, synthesizer=Broken())
        failed = await ask(address, "POST", PATH, {"input": "hello"})
    assert (failed.status, failed.error["code"]) == (500, "server_error")
    assert "secret" not in failed.error["message"]


class GatedSynthesizer(ToneSynthesizer):
    """Says that it has begun, and waits to be let go on."""

    def __init__(self) -> None:
        self.begun, self.gate = threading.Event(), threading.Event()

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        self.begun.set()
        self.gate.wait(10)
        return super().synthesize(text, speed)


async def test_a_server_that_stops_ends_the_speech_that_it_has_begun() -> None:
    gated = GatedSynthesizer()
    async with serving() as (app, address):
        assert app.assistant is not None
        app.assistant = replace(app.assistant, synthesizer=gated)
        body = {"input": "Good day. It rains.", "voice": "x", "model": "m", "response_format": "pcm"}
        speaking = asyncio.create_task(ask(address, "POST", PATH, body))
        await asyncio.to_thread(gated.begun.wait, 10)
        stopping = asyncio.create_task(app.drain())
        refused = await ask(address, "POST", PATH, body)
        assert not stopping.done()
        gated.gate.set()
        answer = await speaking
        await asyncio.wait_for(stopping, 10)
    assert refused.status == 503
    assert len(answer.body) == 2 * 2400 * 4
