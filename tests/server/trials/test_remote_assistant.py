"""Test conversations with a server, on stand-in models."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dialogue.errors import ProjectError
from dialogue.stories.story import Said
from server.client.realtime_client import ClientError
from server.trials.remote_assistant import RemoteAssistant
from server.trials.speaker import Speaker
from tests.fakes import FailingUnderstanding, ToneSynthesizer
from tests.server.conftest import serving


@contextmanager
def server(**parts: object) -> Iterator[str]:
    """Serve on a thread of its own, as the client has a loop of its own."""
    ready, addresses = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with serving(**parts) as (_, address):  # type: ignore[arg-type]
            addresses.append(address)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield f"ws://{addresses[0]}/v1/realtime"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


def test_typed_turns_have_what_the_server_says_of_them() -> None:
    with server() as url, RemoteAssistant(url) as assistant:
        for conversation in ("1", "2"):
            assistant.begin(conversation, {})
        first = assistant.say("1", Said("hello"))
        second = assistant.say("1", Said("again"))
        other = assistant.say("2", Said("hello"))
        assistant.end("1")
        assert assistant.slot_values("2") is None
    assert first.reply.texts == ("You said hello. That was turn 1.",)
    assert (first.heard, first.interpretation.intent.name, first.reply.source_ids) == ("hello", "echo", ("echo:1",))
    assert first.joined
    assert "turn 2" in second.reply.text
    assert "turn 1" in other.reply.text


def test_spoken_turns_have_what_was_heard() -> None:
    with server() as url, RemoteAssistant(url, speaker=Speaker(ToneSynthesizer())) as assistant:
        assistant.begin("1", {})
        taken = assistant.say("1", Said("five words are said here"))
        silent = assistant.say("1", Said(""))
    assert taken.heard.endswith("milliseconds")
    assert (silent.heard, silent.reply.texts, silent.error) == ("", (), "")


def test_a_turn_that_fails_is_told() -> None:
    with server(understanding=FailingUnderstanding()) as url, RemoteAssistant(url) as assistant:
        assistant.begin("1", {})
        taken = assistant.say("1", Said("break it"))
    assert "failed while answering" in taken.error


def test_slots_cannot_be_set_from_outside_and_a_server_must_be_there() -> None:
    with RemoteAssistant("ws://127.0.0.1:9/v1/realtime") as assistant:
        with pytest.raises(ProjectError, match="name.*leave --server out"):
            assistant.begin("1", {"name": "Ann"})
        with pytest.raises(ClientError, match="no server"):
            assistant.begin("1", {})
