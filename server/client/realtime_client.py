"""A small client of the realtime protocol, for the command line, the demo and the benchmarks."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from asr.samples import Samples
from server.wire.audio_formats import encode_audio

CHUNK_MS = 100
_CHUNK_BYTES = 24_000 * 2 * CHUNK_MS // 1000
_SILENCE = bytes(_CHUNK_BYTES)
SILENCE_AFTER_MS = 300  # by then voice activity has seen the recording's end
MAX_TRAILING_SILENCE_MS = 15_000
SILENCE_STEP_MS = 1000  # sent at a time where time is that of the audio


class ClientError(Exception):
    """The server cannot be reached, refused the connection or answered with an error."""


@dataclass(slots=True)
class Turn:
    """What happened in one turn; times are seconds since its first byte or word was sent."""

    transcript: str = ""
    reply: str = ""
    audio: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: str = ""
    speech_end_seconds: float = 0.0
    first_audio_seconds: float | None = None
    done_seconds: float = 0.0

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids the reply cites."""
        return tuple(self.metadata.get("heedful.sources", "").split())

    @property
    def timings_ms(self) -> dict[str, float]:
        """What each stage took, as the server measured it."""
        timings: dict[str, float] = json.loads(self.metadata.get("heedful.timings_ms", "{}"))
        return timings

    @property
    def wait_seconds(self) -> float | None:
        """From the end of speech (or of typing) to the first sound of the reply."""
        return None if self.first_audio_seconds is None else self.first_audio_seconds - self.speech_end_seconds


class NoSpeechError(ClientError):
    """No speech was found in a recording."""


Listener: TypeAlias = Callable[[float, dict[str, Any]], None]


class RealtimeClient:
    """One session with a server. Not for use from several tasks.

    `conversation` is what the server says of the conversation: its id, its resume token, and how many items it has.
    """

    def __init__(self, connection: ClientConnection, listener: Listener | None = None) -> None:
        self._connection = connection
        self._listener = listener
        self.conversation: dict[str, Any] = {}
        self._silence_ms = 500
        self._sent_ms = 0  # all audio of this session: the server counts time in it
        self._turn_start_ms = 0
        self._busy = False  # somebody is speaking or a reply is being made
        self._speaking = False  # of the two, speaking
        self._updates = 0  # of the session, that the server has not come to yet

    async def start(self, speaks: bool) -> None:
        """Wait for the session and say whether replies are wanted as sound or as text.

        Raises ClientError when there is no such conversation.
        """
        created = await self._receive()
        if created["type"] == "error":
            raise ClientError(created["error"]["message"])
        self.conversation = created["session"].get("heedful", {})
        detection = created["session"]["audio"]["input"]["turn_detection"] or {}
        self._silence_ms = detection.get("silence_duration_ms", self._silence_ms)
        modalities = ["audio"] if speaks else ["text"]
        await self._update(output_modalities=modalities)

    async def ask(self, text: str) -> Turn:
        """Take one typed turn. Raises ClientError when it fails or the server goes."""
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        started = time.perf_counter()
        turn = Turn(transcript=text)
        with _error_when_gone():
            await self._send({"type": "conversation.item.create", "item": item})
            await self._send({"type": "response.create"})
            await self._listen(turn, started, lambda: bool(turn.status))
        return turn

    async def talk(self, samples: Samples, rate_hz: int) -> Turn:
        """Send a recording (float32 [n] mono) at the pace of speech, then silence, as a microphone does.

        Ends when all of it was sent and every utterance in it is answered. Raises ClientError when no speech is found
        in it, a turn fails or the server goes.
        """
        pcm = encode_audio(samples, rate_hz, "audio/pcm")
        self._turn_start_ms = self._sent_ms
        self._busy = False
        started = time.perf_counter()
        turn = Turn()
        with _error_when_gone():
            speaking = asyncio.create_task(self._stream(pcm, started))
            try:
                end_ms = self._sent_ms + len(pcm) * CHUNK_MS // _CHUNK_BYTES
                await self._listen(turn, started, lambda: self._all_answered(turn, end_ms))
            finally:
                speaking.cancel()
        return turn

    async def talk_at_once(self, samples: Samples, rate_hz: int) -> Turn:
        """Send a recording (float32 [n] mono) as fast as the server takes it, and as much silence as ends it.

        The server counts time in audio, so that it hears the same as of a microphone. Raises NoSpeechError when no
        speech is found in it, ClientError when a turn fails or the server goes.
        """
        self._turn_start_ms = self._sent_ms
        self._busy = self._speaking = False
        started = time.perf_counter()
        turn = Turn()
        with _error_when_gone():
            await self._send_audio(encode_audio(samples, rate_hz, "audio/pcm"))
            for _ in range(MAX_TRAILING_SILENCE_MS // SILENCE_STEP_MS):
                await self._send_audio(_SILENCE * (SILENCE_STEP_MS // CHUNK_MS))
                await self._mark(turn, started)
                if not self._speaking:
                    break
            if not (turn.status or self._busy):
                raise NoSpeechError("no speech was found in the recording")
            await self._listen(turn, started, lambda: bool(turn.status) and not self._busy)
        return turn

    async def _mark(self, turn: Turn, started: float) -> None:
        """Wait until all that was sent is heard: an update without a change is answered after it."""
        await self._update()
        await self._listen(turn, started, lambda: not self._updates)

    async def _update(self, **changed: object) -> None:
        self._updates += 1
        await self._send({"type": "session.update", "session": {"type": "realtime", **changed}})

    def _all_answered(self, turn: Turn, end_ms: int) -> bool:
        if not turn.status and not self._busy and self._sent_ms >= end_ms + MAX_TRAILING_SILENCE_MS:
            raise NoSpeechError("no speech was found in the recording")
        return bool(turn.status) and not self._busy and self._sent_ms >= end_ms + SILENCE_AFTER_MS

    async def _stream(self, pcm: bytes, started: float) -> None:
        silence = [_SILENCE] * (MAX_TRAILING_SILENCE_MS // CHUNK_MS)
        chunks = [pcm[at : at + _CHUNK_BYTES] for at in range(0, len(pcm), _CHUNK_BYTES)] + silence
        for number, chunk in enumerate(chunks, 1):
            # A chunk can be sent once it has been "spoken".
            await asyncio.sleep(started + number * CHUNK_MS / 1000 - time.perf_counter())
            await self._send_audio(chunk)

    async def _send_audio(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), _CHUNK_BYTES):
            chunk = pcm[start : start + _CHUNK_BYTES]
            await self._send({"type": "input_audio_buffer.append", "audio": base64.b64encode(chunk).decode()})
            self._sent_ms += len(chunk) * CHUNK_MS // _CHUNK_BYTES

    async def _listen(self, turn: Turn, started: float, finished: Callable[[], bool]) -> None:
        while not finished():
            try:
                # Now and then even without an event: whether it is finished depends on what was sent, too.
                event = await asyncio.wait_for(self._receive(), CHUNK_MS / 1000)
            except TimeoutError:
                continue
            seconds = time.perf_counter() - started
            if self._listener:
                self._listener(seconds, event)
            self._note(turn, seconds, event)

    def _note(self, turn: Turn, seconds: float, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.updated":
                self._updates -= 1
            case "input_audio_buffer.speech_started":
                self._busy = self._speaking = True
            case "response.created":
                self._busy = True
            case "input_audio_buffer.speech_stopped":
                self._speaking = False
                turn.speech_end_seconds = (event["audio_end_ms"] - self._silence_ms - self._turn_start_ms) / 1000
            case "conversation.item.input_audio_transcription.completed":
                turn.transcript = f"{turn.transcript} {event['transcript']}".strip()
            case "response.output_text.delta" | "response.output_audio_transcript.delta":
                turn.reply += event["delta"]
            case "response.output_audio.delta":
                turn.first_audio_seconds = turn.first_audio_seconds or seconds
                turn.audio += base64.b64decode(event["delta"])
            case "response.done":
                self._end_response(turn, seconds, event["response"])
            case "error":
                raise ClientError(event["error"]["message"])

    def _end_response(self, turn: Turn, seconds: float, response: dict[str, Any]) -> None:
        if response["status"] == "failed":
            raise ClientError(response["status_details"]["error"]["message"])
        details = response["status_details"] or {}
        self._busy = details.get("reason") == "turn_detected"  # whoever interrupted is still speaking
        turn.status, turn.done_seconds = response["status"], seconds
        turn.metadata = response["metadata"] or turn.metadata
        turn.messages += response.get("heedful", {}).get("messages", [])

    async def _send(self, event: dict[str, Any]) -> None:
        await self._connection.send(json.dumps(event))

    async def _receive(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(await self._connection.recv())
        return event


@contextmanager
def _error_when_gone() -> Iterator[None]:
    try:
        yield
    except ConnectionClosed as closed:
        raise ClientError(f"the server has gone ({closed}): start it again with `heedful serve`") from closed


def _refusal(error: InvalidStatus) -> str:
    """Read why the server refused: our own says it in JSON, another's answer is taken as it is."""
    body, status = error.response.body or b"", error.response.status_code
    try:
        message = str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = body.decode("utf-8", "replace").strip() or error.response.reason_phrase
    advice = " (with --api-key or HEEDFUL_SERVER_API_KEY)" if status == 401 else ""
    return f"HTTP {status}, {message}{advice}"


@asynccontextmanager
async def open_session(
    url: str, api_key: str = "", speaks: bool = True, listener: Listener | None = None
) -> AsyncIterator[RealtimeClient]:
    """Open a session with the server at `url` (such as `ws://127.0.0.1:8765/v1/realtime`).

    Raises:
        ClientError: nobody listens there, or the connection is refused.
    """
    async with await _connect(url, api_key) as connection:
        client = RealtimeClient(connection, listener)
        await client.start(speaks)
        yield client


async def _connect(url: str, api_key: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else None
    try:
        return await connect(url, additional_headers=headers, compression=None)
    except OSError as error:
        raise ClientError(f"no server at {url} ({error.strerror or error}): start one with `heedful serve`") from error
    except InvalidStatus as error:
        raise ClientError(f"the server at {url} refused the connection: {_refusal(error)}") from error
    except InvalidHandshake as error:
        raise ClientError(f"the server at {url} refused the connection: {error}") from error
