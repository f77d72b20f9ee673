"""`POST /v1/audio/speech`: a text in, its sound out, as it is made.

Source: the OpenAI API reference, https://platform.openai.com/docs/api-reference/audio/createSpeech.
"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from server.endpoints.bodies import read_json
from server.endpoints.door import Door, caller_of, loaded, metered
from server.endpoints.errors import ApiError, Refusal
from server.endpoints.slots import HoldingResponse
from server.endpoints.speech_encodings import MEDIA_TYPES, encoder_for
from server.turns.spoken_text import speak_text
from server.wire.messages import usage, validate

MOST_CHARACTERS = 4096
FASTEST = 2.0  # the voice is not understood beyond


class SpeechRequest(BaseModel):
    """The body of a request; any model and voice is taken, and other fields are left."""

    input: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] = "mp3"
    speed: Annotated[float, Field(ge=0.25, le=4)] = 1.0
    stream_format: Literal["audio", "sse"] = "audio"


async def speak(door: Door, request: Request) -> Response:
    """Speak a text."""
    assistant = loaded(door)
    limits = assistant.limits
    async with AsyncExitStack() as stack:
        stack.enter_context(door.slots.taken(limits.max_requests))
        body = await read_json(request, limits.max_configuration_bytes)
        asked = validate(SpeechRequest, {name: value for name, value in body.items() if value is not None})
        if not any(character.isalnum() for character in asked.input):
            raise ApiError(Refusal.INVALID_VALUE, "input has no letter or digit: there is nothing to speak", "input")
        encoder = encoder_for(asked.response_format)
        speed = min(asked.speed, FASTEST)
        with metered():
            caller_of(request).allowance.take_turn()
        sound = speak_text(door.worker, assistant.synthesizer, encoder, asked.input, speed)
        await stack.enter_async_context(aclosing(sound))
        first = await anext(sound)  # what fails at once is answered as a failure
        if asked.stream_format == "sse":
            events = _events(_from(first, sound), asked.input)
            return HoldingResponse(events, stack.pop_all(), "text/event-stream")
        return HoldingResponse(_from(first, sound), stack.pop_all(), MEDIA_TYPES[asked.response_format])


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for sound in rest:
        yield sound


async def _events(sound: AsyncIterator[bytes], text: str) -> AsyncIterator[bytes]:
    async for piece in sound:
        yield _sse({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
    words = usage(text, "")
    counts = {name: words[name] for name in ("input_tokens", "output_tokens", "total_tokens")}
    yield _sse({"type": "speech.audio.done", "usage": counts})


def _sse(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()
