"""What is recognised ahead, in which order, and what is dropped because newer sound has come."""

import asyncio
import threading

import numpy as np
import pytest

from asr.samples import Samples
from asr.transcript import Transcript
from server.protocol.outputs import Anticipate, Transcribe
from server.turns.anticipation import Anticipations
from server.turns.fair_line import Urgency
from server.turns.worker import Worker
from tests.fakes import CountingRecognizer


class Gated(CountingRecognizer):
    """Keeps the lengths of what it hears, and answers once it is let."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.glimpsed: list[int] = []
        self.gate = threading.Event()

    def transcribe(self, samples: Samples) -> Transcript:
        self.lengths.append(len(samples))
        assert self.gate.wait(timeout=10)
        return super().transcribe(samples)

    def glimpse(self, samples: Samples) -> Transcript:
        self.glimpsed.append(len(samples))
        return self.transcribe(samples)


class Room:
    """A worker of some threads, a recogniser, and what is heard of each text."""

    def __init__(self, threads: int = 1) -> None:
        self.worker, self.recognizer = Worker(threads, 8), Gated()
        self.reported: list[tuple[str, int]] = []
        self.first, self.second = self.speaker(), self.speaker()

    def speaker(self) -> Anticipations:
        return Anticipations(self.recognizer, self.worker, self.worker.lane(), self.hear)

    def hear(self, work: Anticipate, transcript: Transcript) -> None:
        self.reported.append((work.item_id, round(transcript.duration_seconds * 16_000)))

    def hold(self, gate: threading.Event) -> None:
        """Keep a thread busy until the gate is open."""
        self.worker.line_up(self.worker.lane().place(Urgency.LIVE), gate.wait, 10)

    async def finish(self) -> None:
        self.recognizer.gate.set()
        await self.first.finished()
        await self.second.finished()
        self.worker.close()


def part(length: int, item_id: str = "item", *, paused: bool = False) -> Anticipate:
    return Anticipate(item_id, np.ones(length, np.float32), paused)


def whole(length: int, item_id: str = "item") -> Transcribe:
    return Transcribe(item_id, 0, np.ones(length, np.float32))


async def test_only_the_newest_of_the_parts_that_came_meanwhile_is_recognised_next() -> None:
    room = Room()
    for length in (100, 200, 300):
        room.first.begin(part(length))
    await room.finish()
    assert room.reported == [("item", 100), ("item", 300)]


async def test_a_glimpse_will_do_while_speech_goes_on_and_a_pause_is_heard_in_full() -> None:
    room = Room()
    room.recognizer.gate.set()
    room.first.begin(part(100))
    await room.first.finished()
    room.first.begin(part(200, paused=True))
    await room.finish()
    assert room.reported == [("item", 100), ("item", 200)]
    assert room.recognizer.glimpsed == [100]


async def test_a_part_that_waits_is_replaced_by_a_newer_one() -> None:
    room, gate = Room(), threading.Event()
    room.hold(gate)
    for length in (100, 200):
        room.first.begin(part(length))
    gate.set()
    await room.finish()
    assert room.reported == [("item", 200)]


async def test_a_pause_goes_before_the_parts_of_others() -> None:
    room, gate = Room(), threading.Event()
    room.hold(gate)
    room.first.begin(part(100, "one"))
    room.second.begin(part(200, "other", paused=True))
    gate.set()
    await room.finish()
    assert room.reported == [("other", 200), ("one", 100)]


async def test_who_was_served_longest_ago_goes_first() -> None:
    room, gate = Room(), threading.Event()
    room.recognizer.gate.set()
    room.first.begin(part(100, "one"))
    await room.first.finished()
    room.hold(gate)
    room.first.begin(part(101, "one"))
    room.second.begin(part(200, "other"))
    gate.set()
    await room.finish()
    assert room.reported == [("one", 100), ("other", 200), ("one", 101)]


async def test_the_text_made_in_the_pause_is_the_final_one_if_the_sound_is_the_same() -> None:
    room = Room()
    room.first.begin(part(100, paused=True))
    anticipated = room.first.take(whole(100))
    assert anticipated is not None
    room.recognizer.gate.set()
    assert (await anticipated).duration_seconds == 100 / 16_000
    assert room.first.take(whole(120)) is None
    assert room.first.take(whole(100, "another item")) is None
    await room.finish()
    assert room.recognizer.lengths == [100]


async def test_a_pause_that_still_waits_when_the_turn_ends_is_dropped() -> None:
    room, gate = Room(), threading.Event()
    room.hold(gate)
    room.first.begin(part(100, paused=True))
    assert room.first.take(whole(100)) is None
    gate.set()
    await room.finish()
    assert room.recognizer.lengths == []


async def test_speech_that_goes_on_drops_a_pause_that_waits() -> None:
    room, gate = Room(), threading.Event()
    room.hold(gate)
    room.first.begin(part(100, paused=True))
    room.first.begin(part(200))
    gate.set()
    await room.finish()
    assert room.reported == [("item", 200)]


async def test_a_message_with_sound_in_it_leaves_the_running_utterance_alone() -> None:
    room, gate = Room(), threading.Event()
    room.hold(gate)
    room.first.begin(part(100, "running", paused=True))
    assert room.first.take(whole(50, "message")) is None
    gate.set()
    await room.finish()
    assert room.reported == [("running", 100)]


async def test_nothing_more_is_begun_for_who_has_gone() -> None:
    room = Room()
    room.first.begin(part(100))
    room.first.begin(part(200))
    room.first.give_up()
    await room.finish()
    await asyncio.sleep(0)
    assert room.recognizer.lengths == [100]
    assert room.reported == []


class Broken(CountingRecognizer):
    def transcribe(self, samples: Samples) -> Transcript:
        raise RuntimeError("the model broke")


async def test_a_failure_is_logged_and_nothing_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    room = Room()
    broken = Anticipations(Broken(), room.worker, room.worker.lane(), room.hear)
    broken.begin(part(100, "broken"))
    await broken.finished()
    await room.finish()
    assert room.reported == []
    assert "recognising item broken ahead failed" in caplog.text
