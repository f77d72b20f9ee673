"""Recognises utterances that wait at the same time side by side: four take less than three times as long as one."""

from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import TypeAlias

from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.pauses import Pause, condense
from asr.transcript import Hints, Recognizer, Transcript
from server.turns.fair_line import Urgency
from server.turns.worker import Shared

SAME_CONTEXT_SECONDS = 7
"""Up to this length an utterance is seen in the shortest context that Whisper gets; longer ones go by whole seconds.
In the same context numbers differ by their rounding alone, so that only unsure texts may be others."""

MOST_LIVE_SECONDS = 15
"""A longer utterance keeps a thread for seconds: it waits as a file does, and leaves a thread to others."""

Spoken: TypeAlias = tuple[Samples, Sequence[Pause]]


def urgency_of(samples: Samples) -> Urgency:
    """Find how urgent it is to recognise what was said live; float32 [n] mono 16 kHz."""
    return Urgency.LIVE if len(samples) <= MOST_LIVE_SECONDS * SAMPLE_RATE_HZ else Urgency.FILE


def hearing(
    recognizer: Recognizer, hints: Hints, samples: Samples, pauses: Sequence[Pause]
) -> Shared[Spoken, Transcript]:
    """Make the work of recognising an utterance, which is shared with others of the same hints and about its length.

    samples: float32 [n] mono 16 kHz; of their long `pauses` little is heard.
    """
    seconds = max(SAME_CONTEXT_SECONDS, ceil(len(samples) / SAMPLE_RATE_HZ))
    return Shared(partial(_hear_all, recognizer, hints), (samples, pauses), kind=(hints, seconds))


def _hear_all(recognizer: Recognizer, hints: Hints, utterances: Sequence[Spoken]) -> list[Transcript]:
    return recognizer.hinted(hints).transcribe_all([condense(*spoken).samples for spoken in utterances])
