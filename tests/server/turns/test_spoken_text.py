"""A text that is spoken sentence by sentence; stand-in voice."""

import pytest

from asr.samples import Samples
from server.turns.spoken_text import speak_text
from server.turns.worker import Worker
from tests.fakes import ToneSynthesizer


class Counting:
    """Says how many samples came, and that it is over."""

    def push(self, samples: Samples) -> bytes:
        return str(len(samples)).encode() if len(samples) else b""

    def flush(self) -> bytes:
        return b"end"


async def spoken(text: str, speed: float = 1.0) -> list[bytes]:
    worker = Worker(1, 2)
    try:
        return [piece async for piece in speak_text(worker, ToneSynthesizer(), Counting(), text, speed)]
    finally:
        worker.close()


async def test_each_sentence_is_spoken_by_itself() -> None:
    assert await spoken("Good day to you. It rains.") == [b"9600", b"4800", b"end"]
    assert await spoken("It rains.", speed=2.0) == [b"2400", b"end"]
    assert await spoken("") == [b"end"]


async def test_a_voice_that_fails_says_so_and_gives_its_place_back() -> None:
    class Failing(ToneSynthesizer):
        def synthesize(self, text: str, speed: float = 1.0) -> Samples:
            raise RuntimeError(text)

    worker = Worker(1, 1)
    with pytest.raises(RuntimeError, match="rains"):
        await anext(speak_text(worker, Failing(), Counting(), "It rains."))
    assert [piece async for piece in speak_text(worker, ToneSynthesizer(), Counting(), "Yes.")] == [b"2400", b"end"]
    worker.close()
