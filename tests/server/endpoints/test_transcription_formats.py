"""The forms of a transcript, checked against the stock client's types."""

import io
import json

import numpy as np
import soundfile
from openai.types.audio import (
    Transcription,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionVerbose,
)

from asr.audio.audio_files import Recording
from asr.transcript import Segment, Transcript, Word
from server.endpoints.transcription_formats import FORMATS, delta_event, done_event, joined, written

WORDS = (Word(" Good", 0.5, 0.8, 0.9), Word(" day.", 0.8, 1.25, 0.9))
TRANSCRIPT = Transcript("Good day.", "en", 2.0, (Segment(0.5, 1.25, "Good day.", -0.25, 0.125, WORDS),))
RESULT = (TRANSCRIPT, None)


def body(name: str, words: bool = False) -> str:
    return bytes(written(RESULT, name, words=words).body).decode()


def test_every_form_is_written() -> None:
    assert json.loads(body("json")) == {"text": "Good day.", "usage": {"type": "duration", "seconds": 2.0}}
    assert body("text") == "Good day.\n"
    assert body("srt") == "1\n00:00:00,500 --> 00:00:01,250\nGood day.\n\n"
    assert body("vtt") == "WEBVTT\n\n00:00.500 --> 00:01.250\nGood day.\n\n"
    assert {name: written(RESULT, name).media_type for name in FORMATS} == {
        "json": "application/json",
        "text": "text/plain",
        "srt": "text/plain",
        "verbose_json": "application/json",
        "vtt": "text/vtt",
    }


def test_json_is_what_the_stock_clients_types_say() -> None:
    Transcription.model_validate_json(body("json"), strict=True)
    verbose = TranscriptionVerbose.model_validate_json(body("verbose_json", words=True), strict=True)
    assert (verbose.language, verbose.duration) == ("english", 2.0)
    assert verbose.segments is not None
    assert [(one.start, one.end, one.text, one.avg_logprob) for one in verbose.segments] == [
        (0.5, 1.25, " Good day.", -0.25)
    ]
    assert verbose.words is not None
    assert [(word.word, word.start, word.end) for word in verbose.words] == [("Good", 0.5, 0.8), ("day.", 0.8, 1.25)]
    assert "words" not in json.loads(body("verbose_json"))


def test_events_are_what_the_stock_clients_types_say() -> None:
    first, second = delta_event("Good day.", is_first=True), delta_event("Again.", is_first=False)
    for event in (first, second):
        TranscriptionTextDeltaEvent.model_validate(event, strict=True)
    done = TranscriptionTextDoneEvent.model_validate(done_event("Good day. Again."), strict=True)
    assert first["delta"] + second["delta"] == done.text


def test_parts_are_joined_and_silence_is_noted() -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(32_000), 16_000, format="WAV")
    recording = Recording(file, "talk")
    assert list(recording.measure())
    transcript, note = joined([(1.0, TRANSCRIPT)], recording)
    assert (transcript.segments[0].start_seconds, note) == (1.5, None)
    silent = joined([], recording)
    assert "digital silence" in (silent[1] or "")
    assert json.loads(bytes(written(silent, "json").body))["note"] == silent[1]
