"""Finds when each word of a transcript was said, by where the decoder looked in the audio while it said it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import torch

from asr.options import RecognizerOptions
from asr.recognizer import tokenizer_for
from asr.reference_whisper import (
    ALIGNMENT_HEADS,
    HOP_LENGTH,
    N_SAMPLES,
    ModelDimensions,
    Whisper,
    add_word_timestamps,
    log_mel_spectrogram,
    pad_or_trim,
)
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.vad import FRAME_SAMPLES, VoiceDetector
from asr.transcript import Segment, Transcript, Word

Span = tuple[float, float]

QUIET_PROBABILITY = 0.35  # of voice; Silero's own threshold for the end of speech
SHORTEST_SILENCE_SECONDS = 0.25  # a shorter one lies within words
SHORTEST_WORD_SECONDS = 0.02  # whisper.timing leaves some words no time at all

# Which attention heads of a published model follow the audio is known by its size: layers, heads and vocabulary.
_NAMES = {
    (4, 6, False): "tiny.en",
    (4, 6, True): "tiny",
    (6, 8, False): "base.en",
    (6, 8, True): "base",
    (12, 12, False): "small.en",
    (12, 12, True): "small",
    (24, 16, False): "medium.en",
    (24, 16, True): "medium",
    (4, 20, True): "large-v3-turbo",
}


class WordAligner:
    """Aligns with whisper.timing, then takes from the words the silences that Silero hears.

    Several threads take turns: whisper.timing listens in on the model's own layers, and the detector remembers. It
    compiles with numba when it is first used, which takes seconds.
    """

    def __init__(self, load_model: Callable[[], Whisper], options: RecognizerOptions, detector: VoiceDetector) -> None:
        """`options`: those of the recogniser. `load_model` loads its model when the first transcript is aligned: few
        ask for the times of words, and the model in full precision takes more memory than all that recognises.
        """
        self._load_model = load_model
        self._options = options
        self._detector = detector
        self._alone = threading.Lock()

    def align(self, samples: Samples, transcript: Transcript) -> Transcript:
        """The transcript of `samples`, float32 [n] mono 16 kHz of at most 30 seconds, with words in its segments.

        Words are in order and do not overlap; a segment begins and ends with its words. Raises AsrError when the
        model lacks the language.
        """
        if not transcript.segments:
            return transcript
        with self._alone:
            silences = find_silences(samples, self._detector)
            words = self._whispers_words(samples, transcript)
        seconds = len(samples) / SAMPLE_RATE_HZ
        trimmed = [lengthen_words([trim_word(word, silences) for word in some]) for some in words]
        segments = _placed(transcript.segments, trimmed, seconds)
        return replace(transcript, segments=tuple(segments))

    @cached_property
    def _model(self) -> Whisper:
        model = self._load_model()
        if (heads := alignment_heads(model.dims, multilingual=model.is_multilingual)) is not None:
            model.set_alignment_heads(heads)
        return model

    def _whispers_words(self, samples: Samples, transcript: Transcript) -> list[list[Word]]:
        tokenizer = tokenizer_for(self._model, transcript.language, self._options.task)
        segments = [
            {
                "seek": 0,
                "start": segment.start_seconds,
                "end": segment.end_seconds,
                "tokens": tokenizer.encode(f" {segment.text}"),
            }
            for segment in transcript.segments
        ]
        window = pad_or_trim(torch.from_numpy(samples), N_SAMPLES)
        add_word_timestamps(
            segments=segments,
            model=self._model,
            tokenizer=tokenizer,
            mel=log_mel_spectrogram(window, self._model.dims.n_mels),
            num_frames=min(len(samples), N_SAMPLES) // HOP_LENGTH,
            last_speech_timestamp=0.0,
        )
        return [[_word(entry) for entry in segment["words"]] for segment in segments]


def alignment_heads(dims: ModelDimensions, *, multilingual: bool) -> bytes | None:
    """What `Whisper.set_alignment_heads` takes for a published model, None for another, which uses all heads."""
    if (dims.n_text_layer, dims.n_text_head) == (32, 20):
        return bytes(ALIGNMENT_HEADS["large-v3" if dims.n_mels == 128 else "large-v2"])
    name = _NAMES.get((dims.n_text_layer, dims.n_text_head, multilingual))
    return bytes(ALIGNMENT_HEADS[name]) if name else None


def find_silences(samples: Samples, detector: VoiceDetector) -> list[Span]:
    """Where nobody speaks for a quarter of a second or more: begin and end in seconds."""
    detector.reset()
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    quiet = (detector.probabilities(samples[:whole]) < QUIET_PROBABILITY).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet, [0]])))
    spans = edges.reshape(-1, 2) * FRAME_SAMPLES / SAMPLE_RATE_HZ
    return [(float(begin), float(end)) for begin, end in spans if end - begin >= SHORTEST_SILENCE_SECONDS]


def _word(entry: dict[str, Any]) -> Word:
    return Word(entry["word"], float(entry["start"]), float(entry["end"]), float(entry["probability"]))


def trim_word(word: Word, silences: Sequence[Span]) -> Word:
    """Return the word without the silences in it: its longest part, or as it is where nothing would be left."""
    parts = list(_without(word.start_seconds, word.end_seconds, silences))
    if not parts:
        return word
    start, end = max(parts, key=lambda part: part[1] - part[0])
    return replace(word, start_seconds=start, end_seconds=end)


def _without(start: float, end: float, silences: Sequence[Span]) -> Iterator[Span]:
    for begin, stop in silences:
        if stop <= start or begin >= end:
            continue
        if begin > start:
            yield start, begin
        start = stop
    if end > start:
        yield start, end


def lengthen_words(words: Sequence[Word]) -> list[Word]:
    """Return the words, those without any length with their share, by letters, of the word before."""
    result: list[Word] = []
    for word in words:
        if result and word.end_seconds - word.start_seconds < SHORTEST_WORD_SECONDS:
            before = result.pop()
            end = max(word.end_seconds, before.end_seconds)
            share = len(before.text) / (len(before.text) + len(word.text))
            middle = before.start_seconds + share * (end - before.start_seconds)
            result.append(replace(before, end_seconds=middle))
            word = replace(word, start_seconds=middle, end_seconds=end)
        result.append(word)
    return result


def _placed(segments: Sequence[Segment], words: Sequence[Sequence[Word]], seconds: float) -> Iterator[Segment]:
    """The segments with their words, none beginning before the one before ends."""
    time = 0.0
    for segment, some in zip(segments, words, strict=True):
        placed: list[Word] = []
        for word in some:
            start = min(max(word.start_seconds, time), seconds)
            time = min(max(word.end_seconds, start), seconds)
            placed.append(replace(word, start_seconds=start, end_seconds=time))
        start = placed[0].start_seconds if placed else min(max(segment.start_seconds, time), seconds)
        time = time if placed else min(max(segment.end_seconds, start), seconds)
        yield replace(segment, start_seconds=start, end_seconds=time, words=tuple(placed))
