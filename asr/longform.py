"""Recognises recordings of any length in bounded memory."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from operator import add

from asr.loudness import holds_speech
from asr.options import SegmenterOptions
from asr.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples
from asr.segmentation.chunker import LONGEST_CHUNK_MS, Chunk, Chunker
from asr.segmentation.pauses import condense
from asr.segmentation.speech_events import Segmenter, SpeechStopped, Utterance
from asr.transcript import Hints, Recognizer, Transcript, retimed

NEARLY_FULL_SAMPLES = 20 * SAMPLE_RATE_HZ
SHORT_SAMPLES = LONGEST_CHUNK_MS * SAMPLES_PER_MS


def transcribe(
    blocks: Iterable[Samples],
    recognizer: Recognizer,
    segmenter: Segmenter,
    options: SegmenterOptions,
    *,
    batch_size: int = 1,
) -> Iterator[tuple[Chunk, Transcript]]:
    """What is said in a recording that comes in `blocks`: float32 [n] mono 16 kHz.

    Up to 28 seconds its utterances are recognised as in a live session; a longer recording is cut into chunks of
    several utterances, of which `batch_size` are recognised side by side. `options`: those that `segmenter` was made
    with.
    """
    for heard in transcribe_stepwise(blocks, recognizer, segmenter, options, batch_size=batch_size):
        yield from heard


def transcribe_stepwise(
    blocks: Iterable[Samples],
    recognizer: Recognizer,
    segmenter: Segmenter,
    options: SegmenterOptions,
    *,
    batch_size: int = 1,
) -> Iterator[list[tuple[Chunk, Transcript]]]:
    """The same in steps: each takes in a block or recognises what it completed, and may have nothing to tell."""
    blocks = iter(blocks)
    head: list[Samples] = []
    while sum(map(len, head)) <= SHORT_SAMPLES:
        block = next(blocks, None)
        if block is None:
            yield list(_heard(_utterances(head, segmenter), recognizer))
            return
        head.append(block)
        yield []
    waiting: list[Chunk] = []
    chunker = Chunker(segmenter, options)
    for block in chain(head, blocks):
        waiting += chunker.push(block)
        while len(waiting) >= batch_size:
            yield _heard_side_by_side(waiting[:batch_size], recognizer)
            del waiting[:batch_size]
        yield []
    waiting += chunker.flush()
    for start in range(0, len(waiting), batch_size):
        yield _heard_side_by_side(waiting[start : start + batch_size], recognizer)


def _heard_side_by_side(chunks: Sequence[Chunk], recognizer: Recognizer) -> list[tuple[Chunk, Transcript]]:
    texts = recognizer.transcribe_all([chunk.samples for chunk in chunks])
    return [(chunk, hear_out(recognizer, chunk.samples, text)) for chunk, text in zip(chunks, texts, strict=True)]


def hear_out(recognizer: Recognizer, samples: Samples, heard: Transcript) -> Transcript:
    """The text of `samples`, of which `heard` was understood: the rest is asked for while there is sound behind it.

    Near the end of a full window Whisper may leave the last words to the next one, which a chunk does not have.
    """
    parts: list[tuple[float, Transcript]] = []
    start = 0
    while True:
        parts.append((start / SAMPLE_RATE_HZ, heard))
        end = start + round(heard.segments[-1].end_seconds * SAMPLE_RATE_HZ) if heard.segments else start
        rest = samples[end:]
        if end == start or not holds_speech(rest, samples):
            return join(parts, len(samples) / SAMPLE_RATE_HZ)
        start = end
        heard = recognizer.transcribe(samples[start:])


class ThoroughRecognizer:
    """A recogniser that hears utterances out which nearly fill Whisper's window; as thread-safe as what it asks."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    @property
    def languages(self) -> frozenset[str] | None:
        """The codes of the languages that can be heard."""
        return self._recognizer.languages

    def hinted(self, hints: Hints) -> "ThoroughRecognizer":
        """The same, for one speaker."""
        return ThoroughRecognizer(self._recognizer.hinted(hints))

    def transcribe(self, samples: Samples) -> Transcript:
        """The text of `samples`: float32 [n] mono 16 kHz."""
        return self._heard_out(samples, self._recognizer.transcribe(samples))

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        """The texts of several, recognised side by side."""
        heard = self._recognizer.transcribe_all(utterances)
        return [self._heard_out(*pair) for pair in zip(utterances, heard, strict=True)]

    def glimpse(self, samples: Samples) -> Transcript:
        """The text at a first look, of which nothing is heard out."""
        return self._recognizer.glimpse(samples)

    def _heard_out(self, samples: Samples, heard: Transcript) -> Transcript:
        return hear_out(self._recognizer, samples, heard) if len(samples) >= NEARLY_FULL_SAMPLES else heard


def _utterances(blocks: Sequence[Samples], segmenter: Segmenter) -> list[Utterance]:
    events = [event for block in blocks for event in segmenter.push(block)] + segmenter.flush()
    return [event.utterance for event in events if isinstance(event, SpeechStopped)]


def _heard(utterances: Sequence[Utterance], recognizer: Recognizer) -> Iterator[tuple[Chunk, Transcript]]:
    """Side by side, without their long pauses."""
    condensed = [condense(utterance.samples, utterance.pauses) for utterance in utterances]
    texts = recognizer.transcribe_all([short.samples for short in condensed])
    for utterance, short, text in zip(utterances, condensed, texts, strict=True):
        yield Chunk(utterance.samples, utterance.start_ms), short.restored(text)


def join(parts: Sequence[tuple[float, Transcript]], duration_seconds: float) -> Transcript:
    """One transcript of a recording out of those of its parts, each with the second where it begins.

    The language is that of most speech, `en` where there is none.
    """
    spoken = [(start, transcript) for start, transcript in parts if transcript.text]
    segments = tuple(
        retimed(segment, partial(add, start)) for start, transcript in spoken for segment in transcript.segments
    )
    return Transcript(
        text=" ".join(transcript.text for _, transcript in spoken),
        language=_language([transcript for _, transcript in spoken or parts]),
        duration_seconds=duration_seconds,
        segments=segments,
        average_log_probability=_mean([transcript.average_log_probability for _, transcript in spoken], 0.0),
        no_speech_probability=_mean([transcript.no_speech_probability for _, transcript in parts], 1.0),
    )


def _language(transcripts: Sequence[Transcript]) -> str:
    seconds: dict[str, float] = {}
    for transcript in transcripts:
        seconds[transcript.language] = seconds.get(transcript.language, 0.0) + transcript.duration_seconds
    return max(seconds, key=seconds.__getitem__, default="en")


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
