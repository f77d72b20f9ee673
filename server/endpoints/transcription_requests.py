"""`POST /v1/audio/transcriptions`: a recording in, its text or subtitles out, whole or as it is recognised.

Source: the OpenAI API reference, https://platform.openai.com/docs/api-reference/audio/createTranscription.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from asr.audio.audio_files import Recording
from asr.errors import AsrError, AudioError, AudioTooLong
from asr.transcript import Hints
from server.access.allowance import Allowance
from server.endpoints.bodies import bounded
from server.endpoints.door import Door, caller_of, loaded, metered
from server.endpoints.errors import ApiError, Refusal, error_body
from server.endpoints.slots import HoldingResponse
from server.endpoints.transcription_formats import FORMATS, delta_event, done_event, joined, written
from server.turns.file_transcription import Heard, Wishes, transcribe_file

ROOM_FOR_FIELDS_BYTES = 2**20
MOST_FIELDS = 200
MOST_PHRASE_CHARS = 10_000
GRANULARITIES = ("word", "segment")
NOT_HERE = {
    "include": "log probabilities are not kept",
    "known_speaker_names": "speakers are not told apart",
    "known_speaker_references": "speakers are not told apart",
}
"""Fields that would change the answer, and are refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    file: UploadFile
    wishes: Wishes
    format: str
    streams: bool


async def transcribe(door: Door, request: Request) -> Response:
    """Recognise an uploaded recording."""
    assistant = loaded(door)
    limits = assistant.limits
    async with AsyncExitStack() as stack:
        stack.enter_context(door.slots.taken(limits.max_requests))
        try:
            upload = bounded(request, limits.max_upload_bytes + ROOM_FOR_FIELDS_BYTES)
            form = await stack.enter_async_context(upload.form(max_files=2, max_fields=MOST_FIELDS))
        except ClientDisconnect as error:
            raise ApiError(Refusal.MALFORMED, "the connection closed within the recording") from error
        asked = read_form(form)
        recording = Recording(asked.file.file, asked.file.filename or "the recording")
        allowance = caller_of(request).allowance
        with metered():
            allowance.check_audio()
        parts_heard = transcribe_file(door.worker, assistant, recording, asked.wishes, limits.max_recording_seconds)
        await stack.enter_async_context(aclosing(parts_heard))
        heard = _counted(parts_heard, allowance)
        if asked.streams:
            first = await _next_words(request, heard)
            return HoldingResponse(_events(first, heard), stack.pop_all(), "text/event-stream")
        parts: Heard = []
        while (some := await _next_words(request, heard)) is not None:
            parts += some
    return written(joined(parts, recording), asked.format, words=asked.wishes.words)


async def _next_words(request: Request, heard: AsyncIterator[Heard]) -> Heard | None:
    """Wait for the next part with words; None after the last. Raises ApiError when the client has gone."""
    while (some := await _checked(heard)) is not None:
        if await request.is_disconnected():
            raise ApiError(Refusal.MALFORMED, "the client has gone")
        if some:
            return some
    return None


async def _counted(heard: AsyncIterator[Heard], allowance: Allowance) -> AsyncIterator[Heard]:
    async for parts in heard:
        allowance.count_audio(sum(transcript.duration_seconds for _, transcript in parts))
        yield parts


async def _checked(heard: AsyncIterator[Heard]) -> Heard | None:
    """Wait for the next part; None after the last. Raises ApiError for what cannot be recognised."""
    try:
        return await anext(heard, None)
    except AudioTooLong as error:
        raise ApiError(Refusal.AUDIO_TOO_LONG, str(error), "file") from error
    except AudioError as error:
        raise ApiError(Refusal.UNUSABLE_AUDIO, str(error), "file") from error
    except AsrError as error:
        raise ApiError(Refusal.INVALID_VALUE, str(error), "language") from error


async def _events(first: Heard | None, heard: AsyncIterator[Heard]) -> AsyncIterator[bytes]:
    parts: Heard = []
    some = first
    try:
        while some is not None:
            for part in some:
                if part[1].text:
                    yield _sse(delta_event(part[1].text, is_first=not any(text.text for _, text in parts)))
                parts.append(part)
            some = await _checked(heard)
        yield _sse(done_event(" ".join(transcript.text for _, transcript in parts if transcript.text)))
    except ApiError as error:
        yield _sse({"type": "error", **error_body(error.refusal, error.message, error.param)})


def _sse(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


def read_form(form: FormData) -> Asked:
    """Read the fields; what would change the answer and is not done here is refused, other fields are left.

    Raises:
        ApiError: a field is missing, has a value that is not known, or asks for what is not done here.
    """
    if not isinstance(file := form.get("file"), UploadFile):
        raise ApiError(Refusal.MISSING_PARAMETER, "send the recording as the field 'file' of a multipart form", "file")
    for name, why in NOT_HERE.items():
        if _several(form, name):
            raise ApiError(Refusal.INVALID_VALUE, f"{why}: leave {name} out", name)
    granularities = [_one_of(value, GRANULARITIES, _GRANULARITIES) for value in _several(form, _GRANULARITIES)]
    wishes = Wishes(Hints(_language(form), _phrases(form)), "word" in granularities)
    chosen = _one_of(_text(form, "response_format") or "json", FORMATS, "response_format")
    return Asked(file, wishes, chosen, _text(form, "stream").lower() in ("true", "1"))


_GRANULARITIES = "timestamp_granularities"


def _language(form: FormData) -> str | None:
    given = {value.lower() for value in [_text(form, "language"), *_several(form, "languages")] if value}
    if len(given) > 1:
        named = ", ".join(sorted(given))
        raise ApiError(Refusal.INVALID_VALUE, f"languages {named}: a recording is heard in one; give one", "languages")
    return next(iter(given), None)


def _phrases(form: FormData) -> tuple[str, ...]:
    """What is likely to be said: each keyword, and the pieces of a prompt between its marks of punctuation."""
    texts = [*_several(form, "keywords"), *re.split(r"[,;:.!?\n]+", _text(form, "prompt"))]
    if sum(map(len, texts)) > MOST_PHRASE_CHARS:
        message = f"prompt and keywords are longer than {MOST_PHRASE_CHARS} characters: shorten them"
        raise ApiError(Refusal.TOO_LARGE, message, "prompt")
    return tuple(text.strip() for text in texts if text.strip())


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _several(form: FormData, name: str) -> list[str]:
    values = [*form.getlist(name), *form.getlist(f"{name}[]")]
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]


def _one_of(value: str, known: Sequence[str], param: str) -> str:
    if value not in known:
        raise ApiError(Refusal.INVALID_VALUE, f"{param} is {value!r:.80}: there are {', '.join(known)}", param)
    return value
