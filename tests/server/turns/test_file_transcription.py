"""A recording that is recognised in pieces, among the turns of others; stand-in models."""

import asyncio
import io
import threading
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from asr.audio.audio_files import Recording
from asr.errors import AudioError, AudioTooLong
from asr.samples import Samples
from asr.transcript import Hints, Segment, Transcript, Word
from server.turns.fair_line import Urgency
from server.turns.file_transcription import Heard, Wishes, transcribe_file
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from tests.fakes import CountingRecognizer, EachByItself, EchoUnderstanding, ToneSynthesizer, loud, silence
from tests.server.conftest import new_segmenter

RATE = 16_000
ASSISTANT = Assistant(CountingRecognizer(), EchoUnderstanding(), ToneSynthesizer(), new_segmenter)


def recorded(*parts: Samples) -> Recording:
    file = io.BytesIO()
    soundfile.write(file, np.concatenate(parts), RATE, format="WAV")
    return Recording(file, "talk")


async def heard(
    recording: Recording, assistant: Assistant = ASSISTANT, wishes: Wishes | None = None, max_seconds: float = 1000
) -> Heard:
    worker = Worker(2, 8)
    try:
        parts: Heard = []
        async for some in transcribe_file(worker, assistant, recording, wishes or Wishes(), max_seconds):
            parts += some
        return parts
    finally:
        worker.close()


async def test_a_recording_is_heard_with_the_time_of_each_part() -> None:
    parts = await heard(recorded(silence(1, RATE), loud(2, RATE), silence(1, RATE)))
    [(start, transcript)] = parts
    assert start == pytest.approx(0.7, abs=0.1)
    assert transcript.text.endswith("milliseconds")


async def test_what_is_no_sound_or_too_much_raises() -> None:
    with pytest.raises(AudioError, match="talk"):
        await heard(Recording(io.BytesIO(b"nothing"), "talk"))
    with pytest.raises(AudioTooLong, match="2 s"):
        await heard(recorded(loud(3, RATE)), max_seconds=2)


async def test_language_phrases_and_words_reach_the_models() -> None:
    class Told(CountingRecognizer):
        def __init__(self) -> None:
            self.hints: list[Hints] = []

        def hinted(self, hints: Hints) -> "Told":
            self.hints.append(hints)
            return self

    def align(_: Samples, transcript: Transcript) -> Transcript:
        return replace(transcript, segments=(Segment(0.0, 1.0, "one", words=(Word("one", 0.0, 1.0, 1.0),)),))

    recognizer = Told()
    assistant = replace(ASSISTANT, recognizer=recognizer, align=align)
    await heard(recorded(loud(1, RATE)), assistant)
    assert recognizer.hints == [Hints()]
    hints = Hints("de", ("Pulse Buds",))
    [(_, transcript)] = await heard(recorded(loud(1, RATE)), assistant, Wishes(hints, words=True))
    assert recognizer.hints[1:] == [hints]
    assert [word.text for word in transcript.segments[0].words] == ["one"]


class GatedRecognizer(EachByItself):
    """Hears a chunk only once it may."""

    def __init__(self) -> None:
        self.entered, self.gate = threading.Semaphore(0), threading.Semaphore(0)

    def transcribe(self, samples: Samples) -> Transcript:
        self.entered.release()
        assert self.gate.acquire(timeout=10)
        return CountingRecognizer().transcribe(samples)


async def test_live_speech_waits_for_one_piece_of_a_file_and_not_for_all_of_it() -> None:
    recognizer, worker = GatedRecognizer(), Worker(1, 8)
    long = recorded(*[part for _ in range(24) for part in (loud(4, RATE), silence(1, RATE))])

    async def file() -> int:
        assistant = replace(ASSISTANT, recognizer=recognizer)
        return len([some async for some in transcribe_file(worker, assistant, long, Wishes(), 1000)])

    reading = asyncio.create_task(file())
    assert await asyncio.to_thread(recognizer.entered.acquire, timeout=10)
    with worker.lane().turn(Urgency.LIVE) as place:
        live = asyncio.create_task(worker.run(place, lambda: "heard"))
        recognizer.gate.release()  # for the first piece only
        assert await asyncio.wait_for(live, 10) == "heard"
    assert not reading.done()
    recognizer.gate.release(100)
    assert await asyncio.wait_for(reading, 30) > 2
    worker.close()


async def test_silence_is_handed_out_piece_by_piece_too_so_that_its_reader_can_leave() -> None:
    worker = Worker(1, 8)
    quiet = recorded(silence(120, RATE))
    pieces = [some async for some in transcribe_file(worker, ASSISTANT, quiet, Wishes(), 1000)]
    worker.close()
    assert len(pieces) > 4
    assert not any(pieces)
