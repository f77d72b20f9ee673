"""The state machine of one client's session: what the protocol lets happen, without any I/O.

`receive` takes the client's frames; `transcribed`, `judge_pause`, `say`, `play`, `finish`, `fail` take what the
pipeline made. All return what follows: events to send and work to start or stop. Nothing here waits, and no clock is
read.
"""

import base64
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from asr.partial_transcripts import LocalAgreement
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.end_of_turn import judge_completeness
from asr.segmentation.pauses import Pause
from asr.segmentation.speech_events import SpeechContinued, SpeechPaused, SpeechStarted, SpeechStopped
from asr.transcript import Transcript
from server.protocol import messages
from server.protocol.audio_formats import decode_audio, encode_audio
from server.protocol.input_audio import InputAudio, NewSegmenter, UserSilent
from server.protocol.items import Conversation, Item, Part, parse_item
from server.protocol.messages import ErrorCode, ProtocolError, ServerEvent
from server.protocol.outputs import Anticipate, Cancel, Output, Respond, Send, Transcribe
from server.protocol.response import Response, ResponseOptions, Status
from server.protocol.response_request import parse_response_request
from server.protocol.session_config import SessionConfig, echo, updated
from server.protocol.truncation import audio_ms, truncate
from server.protocol.turn_taking import TurnTaking

MAX_ITEMS_WITH_AUDIO = 20


def new_id(prefix: str) -> str:
    """A fresh id such as `item_3f2a…`."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


@dataclass(slots=True)
class Session:
    """One client's session. Not thread-safe: it belongs to one event loop."""

    config: SessionConfig
    new_segmenter: NewSegmenter
    expires_at: int
    make_id: Callable[[str], str] = new_id
    turn_taking: TurnTaking = TurnTaking()
    id: str = field(init=False)
    conversation_id: str = field(init=False)
    conversation: Conversation = field(init=False, default_factory=Conversation)
    _input: InputAudio = field(init=False)
    _responses: dict[str, Response] = field(init=False, default_factory=dict)
    _coming: Item = field(init=False)  # the utterance that is heard now or next; not in the conversation yet
    _events: int = field(init=False, default=0)
    _audio_was_sent: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.id = self.make_id("sess")
        self.conversation_id = self.make_id("conv")
        self._coming = self._new_utterance()
        self._input = InputAudio(self.new_segmenter, self.config.audio.input, self.turn_taking)

    def _new_utterance(self) -> Item:
        return Item(self.make_id("item"), role="user", parts=[Part("input_audio")])

    # What the client does ------------------------------------------------------------------------------------------

    def start(self) -> list[Output]:
        """The events of a new session."""
        return [self._send({"type": "session.created", "session": self._echo()})]

    def receive(self, frame: str | bytes) -> Iterator[list[Output]]:
        """What follows from one client frame, in small batches so that a long one can be done in slices.

        A frame that cannot be honoured gives an `error` event; the session goes on. Never raises.
        """
        event_id = None
        try:
            value = messages.decode_object(frame)
            event_id = value.get("event_id") if isinstance(value.get("event_id"), str) else None
            yield from self._dispatch(messages.parse_client_event(value))
        except ProtocolError as error:
            yield [self._send(messages.error_event(error, event_id))]

    def _dispatch(self, event: messages.ClientEvent) -> Iterator[list[Output]]:
        match event:
            case messages.SessionUpdate():
                yield self._update(event.session)
            case messages.AudioAppend():
                yield from self._append(event.audio)
            case messages.AudioCommit():
                yield self._commit_now()
            case messages.AudioClear():
                self._input.clear()
                self._coming.parts[0].agreement = None
                yield [self._send({"type": "input_audio_buffer.cleared"})]
            case messages.ItemCreate():
                yield self._create_item(event)
            case messages.ItemRetrieve():
                yield [self._send(self._retrieved(event.item_id))]
            case messages.ItemTruncate():
                yield [self._send(self._truncate(event))]
            case messages.ItemDelete():
                yield [self._send(self._delete(event.item_id))]
            case messages.ResponseCreate():
                yield self._create_response(event.response or {})
            case messages.ResponseCancel():
                yield self._cancel(event.response_id)
            case messages.OutputAudioClear():
                raise ProtocolError(
                    ErrorCode.INVALID_EVENT,
                    "output_audio_buffer.clear is for WebRTC and SIP: over a websocket the client holds the "
                    "audio, so it drops it itself and sends conversation.item.truncate.",
                )

    def _update(self, patch: dict[str, Any]) -> list[Output]:
        config = updated(self.config, patch, self._audio_was_sent)
        self._input.configure(config.audio.input)
        self.config = config
        return [self._send({"type": "session.updated", "session": self._echo()})]

    def _append(self, audio: str) -> Iterator[list[Output]]:
        for happened in self._input.append(messages.decode_base64(audio, "audio")):
            if isinstance(happened, SpeechStarted):
                yield self._speech_started(happened)
            elif isinstance(happened, SpeechStopped):
                yield self._speech_stopped(happened)
            elif isinstance(happened, SpeechContinued | SpeechPaused):
                yield self._anticipate(happened)
            elif isinstance(happened, UserSilent):
                yield self._user_silent(happened)
            else:
                yield []

    def _speech_started(self, started: SpeechStarted) -> list[Output]:
        outputs: list[Output] = [
            self._send(
                {
                    "type": "input_audio_buffer.speech_started",
                    "audio_start_ms": started.start_ms,
                    "item_id": self._coming.id,
                }
            )
        ]
        detection = self.config.audio.input.turn_detection
        if detection is not None and detection.interrupt_response:
            for response in self._in_conversation():
                outputs += self._end_cancelled(response, "turn_detected")
        return outputs

    def _anticipate(self, heard: SpeechContinued | SpeechPaused) -> list[Output]:
        paused = isinstance(heard, SpeechPaused)
        if not paused and not self._shows_transcripts:
            return []  # nobody looks at the words
        return [Anticipate(self._coming.id, heard.utterance.samples, paused, heard.utterance.pauses)]

    def _speech_stopped(self, stopped: SpeechStopped) -> list[Output]:
        outputs = [self._stopped(stopped.end_ms), *self._commit(stopped.utterance.samples, stopped.utterance.pauses)]
        if self._replies_by_itself and not self._in_conversation():
            outputs += self._start_response(self._default_options(), self.conversation.unanswered())
        return outputs

    def _user_silent(self, silent: UserSilent) -> list[Output]:
        """Commits the silence as a message without words, as the protocol has it, and has the assistant ask again."""
        place = {"item_id": self._coming.id, "audio_start_ms": silent.start_ms, "audio_end_ms": silent.end_ms}
        triggered = self._send({"type": "input_audio_buffer.timeout_triggered", **place})
        item, committed = self._commit_item()
        item.answered = True
        nothing = Transcript("", "", (silent.end_ms - silent.start_ms) / 1000)
        outputs = [triggered, *committed, *self.transcribed(item.id, 0, nothing)]
        if self._replies_by_itself:
            message = self.turn_taking.options.idle_message
            outputs += self._start_response(self._default_options(), (), message, repeats=not message)
        return outputs

    @property
    def _gives_responses(self) -> bool:
        return self.config.type == "realtime"

    @property
    def _replies_by_itself(self) -> bool:
        detection = self.config.audio.input.turn_detection
        return detection is not None and detection.create_response and self._gives_responses

    @property
    def _shows_transcripts(self) -> bool:
        return self.config.audio.input.transcription is not None

    def _commit_now(self) -> list[Output]:
        committed = self._input.commit()
        stopped = [] if committed.end_ms is None else [self._stopped(committed.end_ms)]
        return [*stopped, *self._commit(committed.samples, committed.pauses)]

    def _stopped(self, end_ms: int) -> Output:
        place = {"audio_end_ms": end_ms, "item_id": self._coming.id}
        return self._send({"type": "input_audio_buffer.speech_stopped", **place})

    def _commit_item(self) -> tuple[Item, list[Output]]:
        item, self._coming = self._coming, self._new_utterance()
        previous_id = self.conversation.last_id
        place = {"item_id": item.id, "previous_item_id": previous_id}
        return item, [self._send({"type": "input_audio_buffer.committed", **place}), *self._add(item, None)]

    def _commit(self, samples: Samples, pauses: tuple[Pause, ...]) -> list[Output]:
        item, outputs = self._commit_item()
        item.parts[0].audio = encode_audio(samples, SAMPLE_RATE_HZ, self.config.audio.input.format.type)
        self._forget_old_audio()
        return [*outputs, Transcribe(item.id, 0, samples, pauses)]

    def _create_item(self, event: messages.ItemCreate) -> list[Output]:
        item = parse_item(event.item, self.make_id("item"))
        format_type = self.config.audio.input.format.type
        work: list[Output] = [
            Transcribe(item.id, index, decode_audio(part.audio, format_type))
            for index, part in enumerate(item.parts)
            if part.type == "input_audio" and part.audio and not part.text
        ]
        outputs = self._add(item, event.previous_item_id)
        self._forget_old_audio()
        return outputs + work

    def _add(self, item: Item, previous_item_id: str | None) -> list[Output]:
        if item.id == self._coming.id:
            raise ProtocolError(
                ErrorCode.ITEM_EXISTS,
                f"Error adding item: the id '{item.id}' is that of the utterance to come.",
                "item.id",
            )
        self.conversation.insert(item, previous_item_id)
        fields = {"previous_item_id": self.conversation.previous_id(item.id), "item": item.wire()}
        return [
            self._send({"type": "conversation.item.added", **fields}),
            self._send({"type": "conversation.item.done", **fields}),
        ]

    def _retrieved(self, item_id: str) -> ServerEvent:
        item = self._existing(item_id, ErrorCode.ITEM_RETRIEVE_MISSING, "retrieving")
        wire = item.wire()
        for part, shown in zip(item.parts, wire.get("content", []), strict=False):
            if part.audio is not None:
                shown["audio"] = base64.b64encode(part.audio).decode("ascii")
        return {"type": "conversation.item.retrieved", "item": wire}

    def _delete(self, item_id: str) -> ServerEvent:
        self._existing(item_id, ErrorCode.ITEM_DELETE_MISSING, "deleting")
        self.conversation.delete(item_id)
        return {"type": "conversation.item.deleted", "item_id": item_id}

    def _existing(self, item_id: str, code: ErrorCode, doing: str) -> Item:
        item = self.conversation.get(item_id)
        if item is None:
            raise ProtocolError(code, f"Error {doing} item: the item with id '{item_id}' does not exist.")
        return item

    def _truncate(self, event: messages.ItemTruncate) -> ServerEvent:
        item = self.conversation.get(event.item_id)
        if item is None:
            raise ProtocolError(ErrorCode.ITEM_TRUNCATE_MISSING, f"Item with item_id not found: {event.item_id}")
        truncate(item, event.content_index, event.audio_end_ms)
        return {
            "type": "conversation.item.truncated",
            "item_id": item.id,
            "content_index": event.content_index,
            "audio_end_ms": event.audio_end_ms,
        }

    def _create_response(self, request: dict[str, Any]) -> list[Output]:
        if not self._gives_responses:
            raise ProtocolError(
                ErrorCode.INVALID_EVENT,
                "A transcription session gives no responses: connect without intent=transcription.",
            )
        parsed = parse_response_request(request, self._default_options(), self.make_id)
        active = next(iter(self._in_conversation()), None)
        if parsed.options.in_conversation and active is not None:
            raise ProtocolError(
                ErrorCode.RESPONSE_ACTIVE,
                f"Conversation already has an active response in progress: {active.id}. "
                "Wait until the response is finished before creating a new one.",
            )
        if parsed.input is None:
            return self._start_response(parsed.options, self.conversation.unanswered())
        text = " ".join(item.text for item in parsed.resolve(self.conversation) if item.role == "user")
        return self._start_response(parsed.options, (), text)

    def _cancel(self, response_id: str | None) -> list[Output]:
        wanted = [r for r in self._responses.values() if response_id in (None, r.id)]
        if not wanted:
            raise ProtocolError(ErrorCode.CANCEL_NOT_ACTIVE, "Cancellation failed: no active response found")
        return self._end_cancelled(wanted[-1], "client_cancelled")

    # What the pipeline makes ---------------------------------------------------------------------------------------

    def partly_transcribed(self, item_id: str, text: str) -> list[Output]:
        """A text of an utterance that may still go on; words that two such texts agree on are shown."""
        if item_id != self._coming.id or not self._shows_transcripts:
            return []
        recording = self._coming.parts[0]
        recording.agreement = recording.agreement or LocalAgreement()
        return self._transcript_delta(item_id, recording.agreement.update(text))

    def judge_pause(self, item_id: str, sample_count: int, transcript: Transcript) -> list[Output]:
        """The text of an utterance up to a pause, told with so many samples: it may say that the turn is over."""
        if item_id != self._coming.id:
            return []
        completeness = judge_completeness(transcript.text, transcript.language)
        stops = self._input.judged(sample_count, completeness)
        return [output for stopped in stops for output in self._speech_stopped(stopped)]

    def transcribed(
        self, item_id: str, content_index: int, transcript: Transcript, took_ms: float = 0.0
    ) -> list[Output]:
        """The text of a recording is known, and how long it took to recognise it."""
        recording = self._recording(item_id, content_index)
        if recording is None:
            return []
        recording.text = transcript.text
        agreement, recording.agreement = recording.agreement or LocalAgreement(), None
        if self._gives_responses:
            recording.recognition_ms = took_ms
        if not self._shows_transcripts:
            return []
        completed = {
            "type": "conversation.item.input_audio_transcription.completed",
            "item_id": item_id,
            "content_index": content_index,
            "transcript": transcript.text,
            "usage": {"type": "duration", "seconds": round(transcript.duration_seconds, 3)},
        }
        delta = agreement.finish(transcript.text)
        return [*self._transcript_delta(item_id, delta, content_index), self._send(completed)]

    def _transcript_delta(self, item_id: str, delta: str, content_index: int = 0) -> list[Output]:
        kind = "conversation.item.input_audio_transcription.delta"
        place = {"item_id": item_id, "content_index": content_index}
        return [self._send({"type": kind, **place, "delta": delta})] if delta else []

    def transcription_failed(self, item_id: str, content_index: int, error: ProtocolError) -> list[Output]:
        """The recording could not be recognised; the response that answers it fails for the same reason."""
        recording = self._recording(item_id, content_index)
        if recording is None:
            return []
        recording.agreement = None
        if self._gives_responses:
            recording.failure = error
        if not self._shows_transcripts:
            return []
        detail = {"type": "transcription_error", "code": error.code.value, "message": error.message, "param": None}
        event = {
            "type": "conversation.item.input_audio_transcription.failed",
            "item_id": item_id,
            "content_index": content_index,
            "error": detail,
        }
        return [self._send(event)]

    def _recording(self, item_id: str, content_index: int) -> Part | None:
        item = self.conversation.get(item_id)
        return None if item is None else item.recording(content_index)

    def utterance(self, response_id: str) -> str:
        """What the user said that this response answers, once it is transcribed; nothing if the response is over.

        Raises:
            ProtocolError: a recording could not be recognised; each failure is raised once.
        """
        response = self._responses.get(response_id)
        if response is None:
            return ""
        if response.item_ids:
            items = self._items_of(response)
            if failures := [failure for item in items for failure in item.take_failures()]:
                raise failures[0]
            response.input_text = " ".join(item.text for item in items if item.text)
        return response.input_text

    def recognition_ms(self, response_id: str) -> float:
        """How long it took to recognise what this response answers."""
        response = self._responses.get(response_id)
        items = self._items_of(response) if response else []
        return sum(part.recognition_ms for item in items for part in item.parts)

    def _items_of(self, response: Response) -> list[Item]:
        found = (self.conversation.get(item_id) for item_id in response.item_ids)
        return [item for item in found if item is not None]

    def say(self, response_id: str, text: str) -> list[Output]:
        """The response's next words; opens its message the first time."""
        response = self._responses.get(response_id)
        if response is None:
            return []
        outputs = self._open(response) if not response.output else []
        return outputs + self._sends(response.say(text))

    def play(self, response_id: str, audio: bytes) -> list[Output]:
        """The sound, in the output format, of the words said last."""
        response = self._responses.get(response_id)
        if response is None:
            return []
        self._audio_was_sent = True
        return self._sends(response.play(audio))

    def finish(self, response_id: str, metadata: dict[str, str] | None) -> list[Output]:
        """The response is complete."""
        return self._end(response_id, "completed", None, metadata)

    def fail(self, response_id: str, error: ProtocolError) -> list[Output]:
        """The response could not be made."""
        detail = {"type": "server_error", "code": error.code.value, "message": error.message}
        return self._end(response_id, "failed", {"type": "failed", "error": detail}, None)

    # Within --------------------------------------------------------------------------------------------------------

    def _open(self, response: Response) -> list[Output]:
        if response.options.in_conversation:
            self.conversation.insert(response.item)
            response.previous_item_id = self.conversation.previous_id(response.item.id)
        return self._sends(response.open())

    def _start_response(
        self, options: ResponseOptions, item_ids: tuple[str, ...], text: str = "", *, repeats: bool = False
    ) -> list[Output]:
        item = Item(self.make_id("item"), role="assistant")
        response = Response(self.make_id("resp"), item, options, self.conversation_id, text, item_ids)
        self._responses[response.id] = response
        if options.in_conversation:
            self._input.stop_awaiting()
        conversation_id = self.conversation_id if options.in_conversation else self.make_id("conv")
        return [
            self._send(response.created()),
            Respond(response.id, conversation_id, item_ids, options, repeats),
        ]

    def _end_cancelled(self, response: Response, reason: str) -> list[Output]:
        details = {"type": "cancelled", "reason": reason}
        return [Cancel(response.id), *self._end(response.id, "cancelled", details, response.options.metadata)]

    def _end(
        self, response_id: str, status: Status, details: dict[str, Any] | None, metadata: dict[str, str] | None
    ) -> list[Output]:
        response = self._responses.pop(response_id, None)
        if response is None:
            return []
        # A response that was interrupted before its first word, or could not be made for want of room, leaves the
        # user's words unanswered: the next one takes them along.
        gave_nothing = not response.output and (status == "cancelled" or _is_busy(details))
        if response.options.in_conversation and not gave_nothing:
            for item in self._items_of(response):
                item.answered = True
        if response.options.in_conversation:
            cut_short = status == "cancelled"
            self._input.await_speech(0.0 if cut_short else sum(audio_ms(part) for part in response.item.parts))
        self._forget_old_audio()
        return self._sends(response.close(status, details, metadata or response.options.metadata))

    def _in_conversation(self) -> list[Response]:
        return [response for response in self._responses.values() if response.options.in_conversation]

    def _default_options(self) -> ResponseOptions:
        output = self.config.audio.output
        voice = output.voice if isinstance(output.voice, str) else output.voice.model_dump()
        return ResponseOptions(
            self.config.speaks, output.format.model_dump(), voice, output.speed, self.config.max_output_tokens
        )

    def _forget_old_audio(self) -> None:
        done = (item for item in self.conversation if item.status != "in_progress")
        holders = [item for item in done if any(part.audio for part in item.parts)]
        for item in holders[:-MAX_ITEMS_WITH_AUDIO]:
            for part in item.parts:
                part.audio = None
                part.spoken.clear()

    def _echo(self) -> dict[str, Any]:
        return echo(self.config, self.id, self.expires_at)

    def _send(self, event: ServerEvent) -> Output:
        self._events += 1
        return Send({"event_id": f"event_{self._events:06d}", **event})

    def _sends(self, events: list[ServerEvent]) -> list[Output]:
        return [self._send(event) for event in events]


def _is_busy(details: dict[str, Any] | None) -> bool:
    return details is not None and details.get("error", {}).get("code") == ErrorCode.BUSY
