"""A transcript in the forms of `POST /v1/audio/transcriptions`.

Source: the types of the `openai` package, `openai.types.audio`.
"""

import zlib
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from asr.audio.audio_files import Recording
from asr.longform import join
from asr.transcript import Segment, Transcript
from asr.writers import to_srt, to_vtt
from server.turns.file_transcription import Heard

FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
FRAMES_PER_SECOND = 100


def joined(parts: Heard, recording: Recording) -> tuple[Transcript, str | None]:
    """One transcript of a recording, and a note where nothing was heard."""
    transcript = join(parts, recording.seconds)
    return transcript, None if transcript.text else recording.silence_note


def written(result: tuple[Transcript, str | None], name: str, *, words: bool = False) -> Response:
    """Write a transcript in the form of that name; `words`: with the times of words, where the form has them."""
    transcript, note = result
    match name:
        case "text":
            return PlainTextResponse(f"{transcript.text}\n")
        case "srt":
            return PlainTextResponse(to_srt(transcript))
        case "vtt":
            return Response(to_vtt(transcript), media_type="text/vtt")
        case "verbose_json":
            return JSONResponse(_verbose(transcript, words) | _noted(note))
    usage = {"type": "duration", "seconds": round(transcript.duration_seconds, 3)}
    return JSONResponse({"text": transcript.text, "usage": usage} | _noted(note))


def delta_event(text: str, *, is_first: bool) -> dict[str, Any]:
    """Write the event of the next piece of text."""
    return {"type": "transcript.text.delta", "delta": text if is_first else f" {text}"}


def done_event(text: str) -> dict[str, Any]:
    """Write the event of the whole text."""
    return {"type": "transcript.text.done", "text": text}


def _noted(note: str | None) -> dict[str, str]:
    return {} if note is None else {"note": note}


def _verbose(transcript: Transcript, words: bool) -> dict[str, Any]:
    from asr.recognizer import language_name  # brings torch, which takes seconds

    seconds = round(transcript.duration_seconds, 3)
    body: dict[str, Any] = {
        "task": "transcribe",
        "language": language_name(transcript.language),
        "duration": seconds,
        "text": transcript.text,
        "segments": [_segment(number, segment) for number, segment in enumerate(transcript.segments)],
        "usage": {"type": "duration", "seconds": seconds},
    }
    if words:
        body["words"] = [
            {"word": word.text.strip(), "start": round(word.start_seconds, 3), "end": round(word.end_seconds, 3)}
            for segment in transcript.segments
            for word in segment.words
        ]
    return body


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    text = segment.text.encode()
    return {
        "id": number,
        "seek": round(segment.start_seconds * FRAMES_PER_SECOND),
        "start": round(segment.start_seconds, 3),
        "end": round(segment.end_seconds, 3),
        "text": f" {segment.text}",
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": segment.average_log_probability,
        "compression_ratio": len(text) / len(zlib.compress(text)),  # as whisper.decoding has it
        "no_speech_prob": segment.no_speech_probability,
    }
