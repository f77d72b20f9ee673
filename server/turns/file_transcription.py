"""Recognises a recording that somebody uploaded, piece by piece, so that no live speech waits for all of it."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from asr.audio.audio_files import Recording
from asr.longform import transcribe_stepwise
from asr.samples import Samples
from asr.transcript import Hints, Transcript
from server.turns.fair_line import Urgency
from server.turns.pipeline import Assistant
from server.turns.worker import Worker

Heard: TypeAlias = list[tuple[float, Transcript]]
"""Transcripts, each with the second of the recording where it begins."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a recording is to be recognised."""

    hints: Hints = Hints()

    words: bool = False
    """Whether the times of words are wanted."""


async def transcribe_file(
    worker: Worker, assistant: Assistant, recording: Recording, wishes: Wishes, max_seconds: float
) -> AsyncGenerator[Heard, None]:
    """What is said in a recording, as it is recognised; each piece of work takes its place in the line of files.

    After each piece it yields, with nothing where nothing was said: who reads it may have gone meanwhile.

    Raises AudioError for what is no sound, AudioTooLong for more than `max_seconds` of it, AsrError for a language that
    the model lacks.
    """
    steps = _steps(assistant, recording, wishes, max_seconds)
    with worker.lane().turn(Urgency.FILE) as place:
        while (heard := await worker.run(place, next, steps, None)) is not None:
            yield heard


def _steps(assistant: Assistant, recording: Recording, wishes: Wishes, max_seconds: float) -> Iterator[Heard]:
    for _ in recording.measure(max_seconds):
        yield []
    align = assistant.align if wishes.words and assistant.align else _as_it_is
    options = assistant.turn_taking.segmenter
    segmenter = assistant.new_segmenter(options)
    for heard in transcribe_stepwise(recording.blocks(), assistant.recognizer.hinted(wishes.hints), segmenter, options):
        yield [(chunk.start_ms / 1000, align(chunk.samples, transcript)) for chunk, transcript in heard]


def _as_it_is(_: Samples, transcript: Transcript) -> Transcript:
    return transcript
