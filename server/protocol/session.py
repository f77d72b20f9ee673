"""The state machine of one client's session: what the protocol lets happen, without any I/O.

`receive` takes the client's frames; `transcribed`, `judge_pause`, `say`, `play`, `finish`, `fail` take what the
pipeline made. All return what follows: events to send and work to start or stop. Nothing here waits, and no clock is
read.
"""

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.end_of_turn import judge_completeness
from asr.segmentation.pauses import Pause
from asr.segmentation.speech_events import SpeechContinued, SpeechPaused, SpeechStarted, SpeechStopped
from asr.transcript import Transcript
from dialogue.client_tools import ToolCall, ToolOutput
from server.options import LimitOptions, ServerOptions
from server.protocol.active_responses import ActiveResponses
from server.protocol.barge_in import SPOKEN_OVER, STOPPED_BY_CLIENT, spoken_over, to_cancel, to_truncate, unheard_ms
from server.protocol.conversation import Conversation, Opening
from server.protocol.input_audio import InputAudio, NewSegmenter, UserSilent
from server.protocol.item_commands import add_item, delete_item, parse_item, retrieve_item, shown_item, truncate_item
from server.protocol.items import Item, Part, joined_text, split_at_last_reply, untranscribed
from server.protocol.outputs import Anticipate, Cancel, Output, Respond, Send, Transcribe, TranscribeFile
from server.protocol.response import Ending, Response, ResponseOptions
from server.protocol.response_request import parse_response_request
from server.protocol.transcription import Recording
from server.protocol.turn_taking import TurnTaking
from server.tools.tool_calls import TakenOutput
from server.wire import messages
from server.wire.audio_formats import decoded_bytes, encode_audio
from server.wire.frames import decode_in_slices, decode_object, event_id_of
from server.wire.messages import ErrorCode, ProtocolError, ServerEvent
from server.wire.session_config import SessionConfig, echo, updated

_BEGINS = (messages.AudioAppend, messages.AudioCommit, messages.ItemCreate, messages.ResponseCreate)
"""The client events that a turn may follow from."""


def new_id(prefix: str) -> str:
    """Draw a fresh id such as `item_3f2a…`."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


@dataclass(slots=True)
class Session:
    """One client's session. Not thread-safe: it belongs to one event loop."""

    config: SessionConfig
    new_segmenter: NewSegmenter
    expires_at: int
    make_id: Callable[[str], str] = new_id
    turn_taking: TurnTaking = TurnTaking()
    limits: LimitOptions = LimitOptions()
    max_turns: int = ServerOptions.max_turns_per_session
    opening: Opening | None = None
    languages: frozenset[str] | None = None  # that can be heard; None: any
    id: str = field(init=False)
    _defaults: SessionConfig = field(init=False)
    conversation_id: str = field(init=False)
    conversation: Conversation = field(init=False)
    _input: InputAudio = field(init=False)
    _active: ActiveResponses = field(init=False)
    _coming: Item = field(init=False)  # the utterance that is heard now or next; not in the conversation yet
    _recognising: dict[tuple[str, int], list[int]] = field(init=False, default_factory=dict)  # bytes, by recording
    _unheard: dict[str, None] = field(init=False, default_factory=dict)  # items that the dialogue was not given
    _ended_by_truncate: str | None = field(init=False, default=None)  # the last response, if that has ended it
    _stopping: str | None = field(init=False, default=None)  # why nothing new can be begun
    _stopping_was_told: bool = field(init=False, default=False)  # to a client that goes on sending audio
    _events: int = field(init=False, default=0)
    _audio_was_sent: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.id = self.make_id("sess")
        opening = self.opening or Opening(self.make_id("conv"), Conversation(self.limits))
        self.conversation_id, self.conversation = opening.conversation_id, opening.items
        self._defaults = self.config
        self._active = ActiveResponses(self.conversation, self.limits)
        self._coming = self._new_utterance()
        self._input = InputAudio(self.new_segmenter, self.config.audio.input, self.turn_taking)

    def _new_utterance(self) -> Item:
        return Item(self.make_id("item"), role="user", parts=[Part("input_audio")], live=True)

    # What the client does ------------------------------------------------------------------------------------------

    def start(self) -> list[Output]:
        """Open the session."""
        about = {"heedful": self.opening.wire()} if self.opening else {}
        return [self._send({"type": "session.created", "session": {**self._echo(), **about}})]

    def replay(self) -> Iterator[list[Output]]:
        """Show the items that the conversation has."""
        for item in self.conversation:
            yield self._sends(shown_item(self.conversation, item))

    def end(self) -> list[Output]:
        """Cut short what is under way: the client has gone."""
        return [output for response in list(self._active) for output in self._cut_short(response, STOPPED_BY_CLIENT)]

    def refuse(self, error: ProtocolError, event_id: str | None = None) -> list[Output]:
        """Say what cannot be done: what the client asked for with the event of that id, or what nobody asked for."""
        return [self._send(messages.error_event(error, event_id))]

    def receive(self, frame: str | bytes) -> Iterator[list[Output]]:
        """Take one client frame, and give what follows in small batches, so that a long frame can be done in slices.

        A frame that cannot be honoured gives an `error` event; the session goes on. Never raises.
        """
        event_id = None
        try:
            value = decode_object(frame)
            event_id = event_id_of(value)
            yield from self._dispatch(messages.parse_client_event(value))
        except ProtocolError as error:
            yield self.refuse(error, event_id)

    def stop(self, reason: str) -> None:
        """Begin nothing new from now on; what is under way may end."""
        self._stopping = reason

    def give_up(self, reason: str) -> list[Output]:
        """End whatever is under way as failed: nothing will come of it."""
        error = ProtocolError(ErrorCode.STOPPING, reason)
        outputs = [
            output
            for (item_id, content_index), recordings in tuple(self._recognising.items())
            for _ in tuple(recordings)
            for output in self.transcription_failed(item_id, content_index, error)
        ]
        for response in tuple(self._active):
            outputs += self._cut_short(response, Ending.failed(error))
        return outputs

    def _dispatch(self, event: messages.ClientEvent) -> Iterator[list[Output]]:
        if self._stopping is not None and isinstance(event, _BEGINS):
            audio, told = isinstance(event, messages.AudioAppend), self._stopping_was_told
            self._stopping_was_told = told or audio
            if audio and told:
                return  # said once is enough for a microphone
            raise ProtocolError(ErrorCode.STOPPING, self._stopping)
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
                yield [self._send(retrieve_item(self.conversation, event.item_id))]
            case messages.ItemTruncate():
                yield self._truncate(event)
            case messages.ItemDelete():
                yield [self._send(delete_item(self.conversation, event.item_id))]
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
        config = updated(self.config, patch, self._defaults, self._audio_was_sent, self.limits.max_configuration_bytes)
        language = config.hints.language
        if self.languages is not None and language not in {None, self.config.hints.language, *self.languages}:
            known = ", ".join(sorted(self.languages))
            raise ProtocolError(
                ErrorCode.INVALID_VALUE,
                f"Invalid value: '{language:.20}'. This server's recogniser hears: {known}.",
                "session.audio.input.transcription.language",
            )
        self._input.configure(config.audio.input)
        self.config = config
        return [self._send({"type": "session.updated", "session": self._echo()})]

    def _append(self, audio: str) -> Iterator[list[Output]]:
        pieces: list[bytes] = []
        for piece in decode_in_slices(audio, "audio"):  # all of it before any is heard: it is taken whole or not at all
            pieces.append(piece)
            if len(pieces) > 1:
                yield []
        for happened in chain.from_iterable(map(self._input.append, pieces)):
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
        place = {"audio_start_ms": started.start_ms, "item_id": self._coming.id}
        outputs = [self._send({"type": "input_audio_buffer.speech_started", **place})]
        for response in spoken_over(self._active, self.config.audio.input.turn_detection):
            outputs += self._cut_short(response, SPOKEN_OVER)
        return outputs

    def _anticipate(self, heard: SpeechContinued | SpeechPaused) -> list[Output]:
        paused = isinstance(heard, SpeechPaused)
        if not paused and not self.config.shows_transcripts:
            return []  # nobody looks at the words
        return [Anticipate(self._coming.id, heard.utterance.samples, paused, heard.utterance.pauses, self.config.hints)]

    def _speech_stopped(self, stopped: SpeechStopped) -> list[Output]:
        outputs = [self._stopped(stopped.end_ms)]
        try:
            outputs += self._commit(stopped.utterance.samples, stopped.utterance.pauses)
        except ProtocolError as error:
            return [*outputs, *self.refuse(error)]  # the audio after the utterance is heard all the same
        if self.config.replies_by_itself and not self._active.in_conversation():
            outputs += self._answer(ResponseOptions.of(self.config))
        return outputs

    def _user_silent(self, silent: UserSilent) -> list[Output]:
        """Commit the silence as a message without words, as the protocol has it, and have the assistant ask again."""
        place = {"item_id": self._coming.id, "audio_start_ms": silent.start_ms, "audio_end_ms": silent.end_ms}
        try:
            self.conversation.check_room(self._coming.text_bytes)
        except ProtocolError as error:
            return self.refuse(error)
        triggered = self._send({"type": "input_audio_buffer.timeout_triggered", **place})
        item, committed = self._commit_item()
        self.conversation.mark_answered(item.id)
        nothing = Transcript("", "", (silent.end_ms - silent.start_ms) / 1000)
        outputs = [triggered, *committed, *self.transcribed(item.id, 0, nothing)]
        if self.config.replies_by_itself:
            message = self.turn_taking.options.idle_message
            outputs += self._start_response(ResponseOptions.of(self.config), (), message, repeats=not message)
        return outputs

    def _commit_now(self) -> list[Output]:
        self.conversation.check_room(self._input.held_bytes)
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
        self.conversation.check_room(self._coming.text_bytes + samples.nbytes)
        item, outputs = self._commit_item()
        item.parts[0].audio = encode_audio(samples, SAMPLE_RATE_HZ, self.config.audio.input.format.type)
        self._expect(item.id, 0, samples.nbytes)
        self.conversation.settle(item)
        return [*outputs, Transcribe(item.id, 0, samples, pauses, self.config.hints)]

    def _expect(self, item_id: str, content_index: int, held_bytes: int) -> None:
        """Note that a recording is being recognised, which takes so many bytes meanwhile."""
        self.conversation.reserve(held_bytes)
        self._recognising.setdefault((item_id, content_index), []).append(held_bytes)

    def _recognise_files(self, item: Item) -> list[Output]:
        """Recognise the recordings of an item of the client's that have no transcript."""
        format_type = self.config.audio.input.format.type
        work: list[Output] = []
        for index, audio in untranscribed(item).items():
            self._expect(item.id, index, decoded_bytes(len(audio), format_type))
            work.append(TranscribeFile(item.id, index, audio, format_type, self.config.hints))
        return work

    def _create_item(self, event: messages.ItemCreate) -> list[Output]:
        item = parse_item(event.item, self.make_id("item"), self.limits.max_item_parts)
        self.conversation.check_room(self._needed_bytes(item))
        added = self._add(item, event.previous_item_id)
        self._unheard[item.id] = None
        return added + self._recognise_files(item)

    def _needed_bytes(self, item: Item) -> int:
        """What an item takes, with the samples of its recordings while they are recognised."""
        format_type = self.config.audio.input.format.type
        samples = sum(decoded_bytes(len(audio), format_type) for audio in untranscribed(item).values())
        return item.text_bytes + item.audio_bytes + samples

    def _add(self, item: Item, previous_item_id: str | None) -> list[Output]:
        if item.id == self._coming.id:
            raise ProtocolError(
                ErrorCode.ITEM_EXISTS,
                f"Error adding item: the id '{item.id}' is that of the utterance to come.",
                "item.id",
            )
        return self._sends(add_item(self.conversation, item, previous_item_id))

    def _create_response(self, request: dict[str, Any]) -> list[Output]:
        if not self.config.gives_responses:
            raise ProtocolError(
                ErrorCode.INVALID_EVENT,
                "A transcription session gives no responses: connect without intent=transcription.",
            )
        parsed = parse_response_request(request, ResponseOptions.of(self.config), self.make_id, self.limits)
        self._active.check_room(parsed.options)
        if parsed.options.in_conversation:
            self.conversation.check_room()
        if parsed.input is None:
            return self._answer(parsed.options)
        given = parsed.resolve(self.conversation)
        context, asked = split_at_last_reply(given)
        joined_text(asked, self.limits.max_turn_characters, "response.input")
        ours = [item for item in asked if item is not self.conversation.get(item.id)]
        self.conversation.check_room(sum(map(self._needed_bytes, ours)))
        outputs = self.conversation.outputs_among(given)
        outputs_last = bool(outputs) and given[-1].role != "user"
        work = [task for item in ours for task in self._recognise_files(item)]
        for item in ours:
            item.forget_audio()  # nobody can retrieve it
        return work + self._start_response(
            parsed.options, (), given=tuple(asked), context=context, outputs=outputs, outputs_last=outputs_last
        )

    def _truncate(self, event: messages.ItemTruncate) -> list[Output]:
        """Cut a reply to what was heard; one that is still being made ends with it."""
        truncated = truncate_item(self.conversation, event)
        outputs: list[Output] = []
        for response in to_truncate(self._active, event.item_id):
            outputs += self._cut_short(response, STOPPED_BY_CLIENT)
            self._ended_by_truncate = response.id
        self._settle(event.item_id)
        return [*outputs, self._send(truncated)]

    def _cancel(self, response_id: str | None) -> list[Output]:
        ended, self._ended_by_truncate = self._ended_by_truncate, None
        if ended is not None and response_id in (None, ended):
            return []  # clients that truncate a reply cancel its response next
        return self._cut_short(to_cancel(self._active, response_id), STOPPED_BY_CLIENT)

    # What the pipeline makes ---------------------------------------------------------------------------------------

    def partly_transcribed(self, item_id: str, text: str) -> list[Output]:
        """Take a partial transcript of the utterance that goes on; words that two of them agree on are shown."""
        if item_id != self._coming.id or not self.config.shows_transcripts:
            return []
        return self._sends(Recording(item_id, 0, self._coming.parts[0]).show(text))

    def judge_pause(self, item_id: str, sample_count: int, transcript: Transcript) -> list[Output]:
        """Take the text of an utterance up to the pause reported with so many samples: it may end the turn."""
        if item_id != self._coming.id:
            return []
        completeness = judge_completeness(transcript.text, transcript.language)
        stops = self._input.judged(sample_count, completeness)
        return [output for stopped in stops for output in self._speech_stopped(stopped)]

    def transcribed(
        self, item_id: str, content_index: int, transcript: Transcript, took_ms: float = 0.0
    ) -> list[Output]:
        """Take the text of a recording, and how long it took to recognise it."""
        recording = self._recording(item_id, content_index)
        if recording is None:
            return []
        if self.config.gives_responses:
            recording.part.recognition_ms = took_ms
        events = recording.complete(transcript)
        self._settle(item_id)
        return self._sends(events) if self._shows_transcript_of(item_id) else []

    def transcription_failed(self, item_id: str, content_index: int, error: ProtocolError) -> list[Output]:
        """Note that a recording could not be recognised; the response that answers it fails for the same reason."""
        recording = self._recording(item_id, content_index)
        if recording is None:
            return []
        if self.config.gives_responses:
            recording.part.failure = error
        events = recording.fail(error)
        return self._sends(events) if self._shows_transcript_of(item_id) else []

    def _shows_transcript_of(self, item_id: str) -> bool:
        return self.config.shows_transcripts and self.conversation.get(item_id) is not None

    def _settle(self, item_id: str) -> None:
        if item := self.conversation.get(item_id):
            self.conversation.settle(item)

    def _recording(self, item_id: str, content_index: int) -> Recording | None:
        if waiting := self._recognising.get((item_id, content_index)):
            self.conversation.reserve(-waiting.pop())
            if not waiting:
                del self._recognising[item_id, content_index]
        item = self.conversation.get(item_id) or self._active.given(item_id)
        part = None if item is None else item.recording(content_index)
        return None if part is None else Recording(item_id, content_index, part)

    def utterance(self, response_id: str) -> str:
        """Return what the user said that this response answers, once it is transcribed; nothing if it is over.

        Raises:
            ProtocolError: a recording could not be recognised; each failure is raised once.
        """
        return self._active.utterance(response_id)

    def take_history(self, answered_ids: Collection[str]) -> list[Item]:
        """Take out the messages that a client has put in and that no response answers, for the dialogue to hear of.

        `answered_ids`: those that the dialogue hears now, as its turn.
        """
        waiting = set(self.conversation.unanswered())
        unheard = [item_id for item_id in self._unheard if item_id not in answered_ids]
        self._unheard = dict.fromkeys(item_id for item_id in unheard if item_id in waiting)
        found = self.conversation.in_order(item_id for item_id in unheard if item_id not in waiting)
        return [item for item in found if item.role in ("user", "assistant")]

    def recognition_ms(self, response_id: str) -> float:
        """Return how long it took to recognise what this response answers."""
        return self._active.recognition_ms(response_id)

    def understood(self, response_id: str, metadata: dict[str, str]) -> None:
        """Take what was understood, which is shown at the end of the response even if it is cut short."""
        self._active.understand(response_id, metadata)

    def say(self, response_id: str, text: str) -> list[Output]:
        """Say the response's next words; the first ones open its message."""
        return self._sends(self._active.say(response_id, text))

    def play(self, response_id: str, audio: bytes, words_ms: float | None = None) -> list[Output]:
        """Play a piece of the sound, in the output format, of the words said last; the whole takes `words_ms`."""
        events = self._active.play(response_id, audio, words_ms)
        self._audio_was_sent |= bool(events)
        return self._sends(events)

    def call(self, response_id: str, calls: tuple[ToolCall, ...]) -> list[Output]:
        """Call functions of the client's, after what the response says."""
        fields = ({"call_id": self.make_id("call"), "name": call.name, "arguments": call.arguments} for call in calls)
        items = [Item(self.make_id("item"), "function_call", extra=extra) for extra in fields]
        return self._sends(self._active.call(response_id, items))

    def finish(self, response_id: str, metadata: dict[str, str] | None) -> list[Output]:
        """Complete the response."""
        return self._end(response_id, Ending("completed", metadata=metadata))

    def fail(self, response_id: str, error: ProtocolError) -> list[Output]:
        """End the response, which could not be made."""
        return self._end(response_id, Ending.failed(error))

    # Within --------------------------------------------------------------------------------------------------------

    def _answer(self, options: ResponseOptions) -> list[Output]:
        """Answer what is new in the conversation: what the user said, and what functions of the client's returned.

        Where nothing is new, and no function is forced or waited for, the last turn is answered again.
        """
        item_ids = self.conversation.unanswered()
        calls = self.conversation.tool_calls
        taken = calls.take(user_spoke=bool(item_ids)) if options.in_conversation else ()
        outputs = tuple(entry.output for entry in taken)
        if not (outputs or options.offer.forced or calls.waits):
            item_ids = self._active.to_answer()
        return self._start_response(options, item_ids, taken=taken, outputs=outputs)

    def _start_response(
        self,
        options: ResponseOptions,
        item_ids: tuple[str, ...],
        text: str = "",
        *,
        given: tuple[Item, ...] = (),
        repeats: bool = False,
        context: tuple[Item, ...] | None = None,
        taken: tuple[TakenOutput, ...] = (),
        outputs: tuple[ToolOutput, ...] = (),
        outputs_last: bool = False,
    ) -> list[Output]:
        item = Item(self.make_id("item"), role="assistant")
        response = Response(
            self.make_id("resp"), item, options, self.conversation_id, text, item_ids, given, tool_outputs=taken
        )
        created = self._send(self._active.begin(response))
        if options.in_conversation:
            self._ended_by_truncate = None
            self._input.stop_awaiting()
        conversation_id = self.conversation_id if options.in_conversation else self.make_id("conv")
        asked = item_ids or tuple(item.id for item in given)
        work = Respond(response.id, conversation_id, asked, options, repeats, context, outputs, outputs_last)
        return [created, work]

    def _cut_short(self, response: Response, ending: Ending) -> list[Output]:
        return [Cancel(response.id), *self._end(response.id, ending)]

    def _end(self, response_id: str, ending: Ending) -> list[Output]:
        response = self._active.end(response_id, ending)
        if response is None:
            return []
        if response.options.in_conversation and not self.conversation.tool_calls.waits:
            self._input.await_speech(unheard_ms(response, ending))
        events = response.close(ending)
        if response.options.in_conversation:
            self.conversation.settle(response.item)
        return self._sends([*events, messages.rate_limits_event(self.max_turns, self._under_way)])

    @property
    def _under_way(self) -> int:
        return len(self._active) + sum(map(len, self._recognising.values()))

    def _echo(self) -> dict[str, Any]:
        return echo(self.config, self.id, self.expires_at)

    def _send(self, event: ServerEvent) -> Output:
        self._events += 1
        return Send({"event_id": f"event_{self._events:06d}", **event})

    def _sends(self, events: list[ServerEvent]) -> list[Output]:
        return [self._send(event) for event in events]
