"""The client of the command line, against a server with stand-in models."""

import numpy as np
import pytest

from server.client.narration import narrate, summarize
from server.client.realtime_client import ClientError, NoSpeechError, open_session
from server.options import ServerOptions
from tests.fakes import FailingUnderstanding, loud, silence
from tests.server.conftest import serving


async def test_a_typed_turn_comes_back_with_all_that_is_known() -> None:
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime", speaks=False) as client:
        turn = await client.ask("hello")
    assert turn.reply == "You said hello. That was turn 1."
    assert turn.status == "completed"
    assert turn.sources == ("echo:1",)
    assert turn.audio == b""
    assert turn.done_seconds > 0
    assert "intent      echo (0.875)" in summarize(turn)


async def test_spoken_turns_are_timed_from_the_end_of_speech_also_the_second() -> None:
    lines: list[str] = []

    def listener(seconds: float, event: dict[str, object]) -> None:
        lines.extend(line for line in [narrate(seconds, event)] if line)

    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime", listener=listener) as client:
        for _ in range(2):
            turn = await client.talk(loud(0.4), 24_000)
            assert turn.transcript.endswith("milliseconds")
            assert turn.speech_end_seconds == pytest.approx(0.4, abs=0.07)
            assert turn.wait_seconds is not None
            assert turn.wait_seconds >= 0.4  # the silence that ends a turn cannot be hurried
            assert len(turn.audio) > 0
    shown = [line[11:].split("  ")[0] for line in lines]
    assert shown[:3] == ["speech started", "speech stopped", "hearing"]


async def test_a_recording_without_speech_ends_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.client.realtime_client.MAX_TRAILING_SILENCE_MS", 300)
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime") as client:
        with pytest.raises(ClientError, match="no speech"):
            await client.talk(silence(0.2), 24_000)


async def test_every_utterance_of_a_recording_is_answered() -> None:
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime") as client:
        turn = await client.talk(np.concatenate([loud(0.4), silence(0.9), loud(0.4)]), 24_000)
    assert turn.transcript.count("milliseconds") == 2
    assert "turn 1" in turn.reply
    assert "turn 2" in turn.reply


async def test_a_recording_sent_at_once_is_heard_as_at_the_pace_of_speech() -> None:
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime", speaks=False) as client:
        turns = [await client.talk_at_once(loud(seconds), 24_000) for seconds in (0.4, 30.0)]
    assert [int(turn.transcript.split()[0]) for turn in turns] == [
        pytest.approx(400, abs=500),
        pytest.approx(28_000, abs=3000),
    ]
    assert "turn 1" in turns[0].reply
    assert turns[1].done_seconds < 30


async def test_several_utterances_sent_at_once_are_all_answered() -> None:
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime") as client:
        turn = await client.talk_at_once(np.concatenate([loud(0.4), silence(0.9), loud(0.4)]), 24_000)
    assert turn.transcript.count("milliseconds") == 2


async def test_without_speech_the_next_recording_is_heard_all_the_same() -> None:
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime", speaks=False) as client:
        with pytest.raises(NoSpeechError):
            await client.talk_at_once(silence(0.5), 24_000)
        assert "turn 1" in (await client.talk_at_once(loud(0.4), 24_000)).reply


async def test_a_long_session_is_no_recording_without_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.client.realtime_client.MAX_TRAILING_SILENCE_MS", 1500)
    async with serving() as (_, address), open_session(f"ws://{address}/v1/realtime") as client:
        for _ in range(3):
            assert (await client.talk(loud(0.3), 24_000)).status == "completed"


async def test_a_server_that_goes_is_named_with_what_to_do() -> None:
    async with serving() as (_, address):
        session = open_session(f"ws://{address}/v1/realtime")
        client = await session.__aenter__()
    with pytest.raises(ClientError, match="heedful serve"):
        await client.ask("hello")
    await session.__aexit__(None, None, None)


async def test_a_failed_turn_and_a_wrong_key_are_errors_with_the_servers_words() -> None:
    async with serving(FailingUnderstanding()) as (_, address), open_session(f"ws://{address}/v1/realtime") as client:
        with pytest.raises(ClientError, match="failed while answering"):
            await client.ask("break")
    async with serving(options=ServerOptions(port=0, api_key="k")) as (_, address):
        with pytest.raises(ClientError, match=r"401.*--api-key"):
            async with open_session(f"ws://{address}/v1/realtime", "wrong"):
                pass
        async with open_session(f"ws://{address}/v1/realtime", "k") as client:
            assert (await client.ask("hello")).status == "completed"


async def test_a_server_that_is_not_there_is_named_with_what_to_do() -> None:
    with pytest.raises(ClientError, match=r"ws://127\.0\.0\.1:9/"):
        async with open_session("ws://127.0.0.1:9/v1/realtime"):
            pass


async def test_a_conversation_goes_on_in_the_next_session_and_an_unknown_one_is_an_error() -> None:
    async with serving() as (_, address):
        url = f"ws://{address}/v1/realtime"
        async with open_session(url, speaks=False) as client:
            await client.ask("hello")
        about = client.conversation
        query = f"conversation={about['conversation_id']}&resume_token={about['resume_token']}"
        async with open_session(f"{url}?{query}", speaks=False) as client:
            assert client.conversation == {**about, "resumed": True, "items": 2}
            assert "turn 2" in (await client.ask("hello")).reply
        with pytest.raises(ClientError, match="no conversation"):
            async with open_session(f"{url}?{query}x"):
                pass
