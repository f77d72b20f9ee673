"""Which utterances are recognised side by side, and that each gets its own text."""

import threading
from collections.abc import Sequence

import numpy as np

from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.pauses import condense
from asr.transcript import Hints, Transcript
from server.turns.fair_line import Urgency
from server.turns.hearing import MOST_LIVE_SECONDS, hearing, urgency_of
from server.turns.worker import Call, Worker
from tests.fakes import CountingRecognizer


class Noting(CountingRecognizer):
    """Keeps the lengths of what it hears side by side."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        self.batches.append([len(samples) for samples in utterances])
        return super().transcribe_all(utterances)


def spoken(seconds: float) -> Samples:
    return np.ones(round(seconds * SAMPLE_RATE_HZ), np.float32)


async def heard(*utterances: tuple[float, Hints]) -> tuple[list[list[int]], list[float]]:
    """What was heard side by side, and the seconds of each transcript; all wait before one thread is free."""
    worker, recognizer, gate = Worker(1, 8), Noting(), threading.Event()
    worker.line_up(worker.lane().place(Urgency.LIVE), gate.wait, 10)
    calls: list[Call[Transcript]] = [
        worker.line_up_shared(worker.lane().place(Urgency.LIVE), hearing(recognizer, hints, spoken(seconds), ()))
        for seconds, hints in utterances
    ]
    gate.set()
    transcripts = [await call.outcome for call in calls]
    worker.close()
    return recognizer.batches, [transcript.duration_seconds for transcript in transcripts]


async def test_utterances_that_wait_are_heard_side_by_side_and_each_gets_its_own_text() -> None:
    batches, seconds = await heard((1, Hints()), (3, Hints()), (2, Hints()))
    assert batches == [[16_000, 48_000, 32_000]]
    assert seconds == [1, 3, 2]


async def test_other_hints_and_another_context_are_heard_apart() -> None:
    batches, _ = await heard((1, Hints()), (2, Hints("de")), (12.5, Hints()), (7, Hints()), (12.1, Hints()))
    assert batches == [[16_000, 112_000], [32_000], [200_000, 193_600]]


async def test_long_pauses_are_left_out() -> None:
    worker, recognizer = Worker(1, 8), Noting()
    samples, pauses = spoken(6), [(16_000, 64_000)]
    await worker.line_up_shared(
        worker.lane().place(Urgency.LIVE), hearing(recognizer, Hints(), samples, pauses)
    ).outcome
    worker.close()
    assert recognizer.batches == [[len(condense(samples, pauses).samples)]]
    assert recognizer.batches[0][0] < len(samples)


def test_a_long_utterance_waits_as_a_file_does() -> None:
    assert urgency_of(spoken(0)) == urgency_of(spoken(MOST_LIVE_SECONDS)) == Urgency.LIVE
    assert urgency_of(spoken(MOST_LIVE_SECONDS + 0.1)) == Urgency.FILE
