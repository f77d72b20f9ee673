"""Speaks a text that somebody sent, sentence by sentence, so that it can be heard before all of it is made."""

from collections.abc import AsyncGenerator
from typing import Protocol

from asr.samples import Samples
from server.turns.fair_line import Urgency
from server.turns.speech import Synthesizer, sentences
from server.turns.spoken_form import spoken_form
from server.turns.worker import Worker


class Encoder(Protocol):
    """Makes bytes of speech: float32 [n], mono 24 kHz."""

    def push(self, samples: Samples) -> bytes:
        """Return the bytes that became certain."""

    def flush(self) -> bytes:
        """Return the last bytes."""


async def speak_text(
    worker: Worker, synthesizer: Synthesizer, encoder: Encoder, text: str, speed: float = 1.0
) -> AsyncGenerator[bytes, None]:
    """The sound of a text as it is made; each sentence takes its place among files, which leave others a thread."""

    def spoken(sentence: str) -> bytes:
        return encoder.push(synthesizer.synthesize(spoken_form(sentence), speed))

    with worker.lane().turn(Urgency.FILE) as place:
        for sentence in sentences(text):
            if sound := await worker.run(place, spoken, sentence):
                yield sound
        yield await worker.run(place, encoder.flush)
