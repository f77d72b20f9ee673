"""The whole assistant with its real models, met over a real socket by the stock client."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from openai import AsyncOpenAI

from asr.audio.audio_files import read_audio
from asr.samples import SAMPLE_RATE_HZ
from retrieval.evaluation.question_files import read_expectations
from server.cli.transcribe import transcribe_files
from server.client.realtime_client import Turn, open_session
from server.client.reloading import reload_server
from server.client.talk import talk
from server.defaults import session_defaults
from server.settings import Settings
from server.transport.app import App
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from server.wire.audio_formats import SPEECH_RATE_HZ, encode_audio
from tests.conftest import BENCH, ROOT
from tests.wire_oracle import check_server_event

pytestmark = pytest.mark.heavy

CLIP = ROOT / "data" / "audio" / "battery-question.wav"


@asynccontextmanager
async def serving(assistant: Assistant, settings: Settings) -> AsyncIterator[str]:
    worker = Worker(2, 8)
    app = App(replace(settings.server, port=0), session_defaults(settings), worker, assistant)
    async with app.listen() as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        yield f"{host}:{port}"
    worker.close()


async def test_the_demos_spoken_question_and_its_typed_follow_up_are_answered_with_sources(
    assistant: Assistant, settings: Settings, tmp_path: Path
) -> None:
    lines: list[str] = []
    async with serving(assistant, settings) as address:
        url, out = f"ws://{address}/v1/realtime", tmp_path / "reply.wav"
        spoken, typed = await talk(url, "", CLIP, ["and what does it cost?"], out, lines.append)
    assert "battery" in spoken.transcript.lower()
    assert "8 hours" in spoken.reply
    assert spoken.sources == ("product:pulse-buds-2#battery-life",)
    assert spoken.metadata["heedful.intent"] == "ask_product"
    assert "$79.99" in typed.reply
    assert typed.sources == ("product:pulse-buds-2#price",)
    assert len(read_audio(out)) / SAMPLE_RATE_HZ > 2
    told = "\n".join(lines)
    for part in ("speech started", "speech stopped", "heard", "intent", "entities", "sources", "stages", "waited"):
        assert part in told


async def test_what_the_assistant_says_can_be_heard_and_understood_again(
    assistant: Assistant, settings: Settings
) -> None:
    async with (
        serving(assistant, settings) as address,
        open_session(f"ws://{address}/v1/realtime", listener=check) as client,
    ):
        turn = await client.ask("how much is the pulse buds 2?")
    pcm = np.frombuffer(turn.audio, dtype="<i2").astype(np.float32) / 32768
    heard = assistant.recognizer.transcribe(
        np.interp(np.arange(0, len(pcm), 1.5), np.arange(len(pcm)), pcm).astype("f4")
    )
    assert "79" in heard.text


def check(_: float, event: dict[str, Any]) -> None:
    """Whatever the real models make is sent as the protocol's types have it."""
    check_server_event(event)


async def test_the_stock_client_writes_down_and_speaks_over_http_and_finds_what_a_reply_cites(
    assistant: Assistant, settings: Settings
) -> None:
    async with (
        serving(assistant, settings) as address,
        AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1") as client,
    ):
        speech = await client.audio.speech.create(
            model="heedful", voice="alloy", input="How much is the Pulse Buds 2?", response_format="wav"
        )
        for recording in (CLIP.read_bytes(), speech.content):
            heard = await client.audio.transcriptions.create(model="heedful", file=("talk.wav", recording))
            async with open_session(f"ws://{address}/v1/realtime", listener=check) as session:
                turn = await session.ask(heard.text)
            source = await client.get(f"/sources/{quote(turn.sources[0])}", cast_to=object)
            assert isinstance(source, dict)
            assert (source["id"], source["title"]) == (turn.sources[0], "Pulse Buds 2")


async def test_the_stock_client_holds_a_text_turn(assistant: Assistant, settings: Settings) -> None:
    async with serving(assistant, settings) as address:
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            await connection.conversation.item.create(
                item={
                    "type": "message",
                    "role": "user",
                    "content": [{"type": "input_text", "text": "where is my order"}],
                }
            )
            await connection.response.create()
            async for event in connection:
                if event.type == "response.done":
                    break
        await client.close()
    assert event.response.status == "completed"
    assert event.response.metadata["heedful.intent"] == "order_status"
    assert "number" in event.response.output[0].content[0].text


async def test_the_stock_client_holds_a_spoken_turn(assistant: Assistant, settings: Settings) -> None:
    async with serving(assistant, settings) as address:
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            pcm = encode_audio(read_audio(CLIP), SAMPLE_RATE_HZ, "audio/pcm") + bytes(48_000)
            for at in range(0, len(pcm), 4800):
                await connection.input_audio_buffer.append(audio=base64.b64encode(pcm[at : at + 4800]).decode())
            sound = b""
            async for event in connection:
                if event.type == "response.output_audio.delta":
                    sound += base64.b64decode(event.delta)
                if event.type == "response.done":
                    break
        await client.close()
    assert "8 hours" in event.response.output[0].content[0].transcript
    assert event.response.metadata["heedful.sources"] == "product:pulse-buds-2#battery-life"
    assert len(sound) / 2 / SPEECH_RATE_HZ > 2


def bench_clips() -> Iterator[Path]:
    """One read sentence and one command of the benchmark data, where that is at hand."""
    for name, line in (("read", 4), ("command", 4)):
        manifest = BENCH / "asr" / f"{name}.jsonl"
        if manifest.is_file():
            entry = json.loads(manifest.read_text(encoding="utf-8").splitlines()[line])
            yield BENCH / "asr" / entry["audio"]


@pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark data (../shared/bench) is not at hand")
@pytest.mark.parametrize("clip", list(bench_clips()), ids=lambda clip: clip.stem)
async def test_a_recording_gives_the_same_text_through_the_socket_as_offline(
    assistant: Assistant, settings: Settings, clip: Path
) -> None:
    (offline,) = await asyncio.to_thread(lambda: list(transcribe_files(settings, [clip])))
    assert offline.error is None
    async with serving(assistant, settings) as address:
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(extra_query={"intent": "transcription"}) as connection:
            pcm = encode_audio(read_audio(clip), SAMPLE_RATE_HZ, "audio/pcm") + bytes(48_000)
            await connection.input_audio_buffer.append(audio=base64.b64encode(pcm).decode())
            heard: list[str] = []
            async for event in connection:
                if event.type == "conversation.item.input_audio_transcription.completed":
                    heard.append(event.transcript)
                    if len(heard) == len(offline.utterances):
                        break
        await client.close()
    assert offline.text
    assert " ".join(heard) == offline.text


def test_questions_in_other_words_get_the_right_fact_and_id_through_the_dialogue(
    assistant: Assistant, settings: Settings
) -> None:
    expectations = read_expectations(settings.path(settings.paths.knowledge) / "questions.jsonl")
    understanding = assistant.understanding
    wrong: list[str] = []
    alone = [known for known in expectations if known.question.product_id is None and not known.before][::4]
    answerable = [known for known in alone if known.expected_ids]
    refused = [known for known in alone if not known.expected_ids]
    for number, known in enumerate([*answerable, *refused]):
        reply = understanding.respond(f"question-{number}", understanding.interpret(known.question.text))
        understanding.forget(f"question-{number}")
        if not known.is_met_by(reply.text, reply.source_ids):
            wrong.append(f"{known.question.text!r}: {reply.text!r} {reply.source_ids}")
    assert len(answerable) >= 20
    # Of all of them 92 in a hundred are right; of a quarter, a few more may be wrong by chance.
    assert len(wrong) <= 0.15 * (len(answerable) + len(refused)), "\n".join(wrong)


async def test_a_conversation_goes_on_over_a_reload_of_everything(assistant: Assistant, settings: Settings) -> None:
    async with (
        serving(assistant, settings) as address,
        open_session(f"ws://{address}/v1/realtime", speaks=False) as client,
    ):
        await client.ask("how much is the pulse buds 2?")
        await asyncio.to_thread(reload_server, f"http://{address}/v1/reload")
        turn = await client.ask("and how long does the battery last?")
    assert turn.sources == ("product:pulse-buds-2#battery-life",)
    assert "Pulse Buds" in assistant.recognizer.transcribe(read_audio(CLIP)).text.title()


async def test_an_order_is_found_by_its_number_said_in_the_next_turn(assistant: Assistant, settings: Settings) -> None:
    orders = json.loads((ROOT / "data/assistant/actions/orders.json").read_text(encoding="utf-8"))
    number = first_number(orders)
    async with (
        serving(assistant, settings) as address,
        open_session(f"ws://{address}/v1/realtime", speaks=False) as client,
    ):
        turns: list[Turn] = [await client.ask(text) for text in ("where is my order", " ".join(number))]
    assert turns[1].sources == (f"order:{number}",)


def first_number(orders: Any) -> str:
    entry = orders[0] if isinstance(orders, list) else next(iter(orders.values()))
    return str(entry["number"]) if isinstance(entry, dict) and "number" in entry else str(next(iter(orders)))


@pytest.mark.parametrize("noise", [False, True])
async def test_ten_minutes_of_silence_or_noise_never_kill_the_server(
    assistant: Assistant, settings: Settings, noise: bool
) -> None:
    rng = np.random.default_rng(5)
    minute = rng.normal(0, 0.05 if noise else 0, 60 * SAMPLE_RATE_HZ).astype(np.float32)
    frame = base64.b64encode(encode_audio(minute, SAMPLE_RATE_HZ, "audio/pcm")).decode()
    async with serving(assistant, settings) as address:
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            for _ in range(10):
                await connection.input_audio_buffer.append(audio=frame)
        await client.close()
        async with open_session(f"ws://{address}/v1/realtime", speaks=False) as other:
            assert (await other.ask("hello")).status == "completed"


def test_an_assistant_whose_dialogue_runs_is_not_broken(assistant: Assistant) -> None:
    assert assistant.broken() is None
