"""The state machine of one client's session: what the protocol lets happen, without any I/O.

`receive` takes the client's frames; `transcribed`, `judge_pause`, `say`, `play`, `finish`, `fail` take what the
pipeline made. All return what follows: events to send and work to start or stop. Nothing here waits, and no clock is
read. What the user says live is in `hearing`, what is answered in `answering`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asr.transcript import Transcript
from dialogue.client_tools import ToolCall
from server.options import LimitOptions, ServerOptions
from server.protocol.answering import Answering
from server.protocol.barge_in import STOPPED_BY_CLIENT
from server.protocol.conversation import Conversation, Opening
from server.protocol.hearing import Hearing
from server.protocol.input_audio import InputAudio, NewSegmenter
from server.protocol.item_commands import add_item, delete_item, parse_item, retrieve_item, shown_item
from server.protocol.items import Item
from server.protocol.outputs import Output
from server.protocol.response import Ending
from server.protocol.session_state import SessionState, new_id
from server.protocol.transcription import needed_bytes
from server.protocol.turn_taking import TurnTaking
from server.wire import messages
from server.wire.frames import decode_object, event_id_of
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SessionConfig, echo, updated

_BEGINS = (messages.AudioAppend, messages.AudioCommit, messages.ItemCreate, messages.ResponseCreate)
"""The client events that a turn may follow from."""


@dataclass(slots=True)
class Session:
    """One client's session. Not thread-safe: it belongs to one event loop."""

    defaults: SessionConfig
    new_segmenter: NewSegmenter
    expires_at: int
    make_id: Callable[[str], str] = new_id
    turn_taking: TurnTaking = TurnTaking()
    limits: LimitOptions = LimitOptions()
    max_turns: int = ServerOptions.max_turns_per_session
    opening: Opening | None = None
    languages: frozenset[str] | None = None  # that can be heard; None: any
    id: str = field(init=False)
    _state: SessionState = field(init=False)
    _answering: Answering = field(init=False)
    _hearing: Hearing = field(init=False)
    _unheard: dict[str, None] = field(init=False, default_factory=dict)  # items that the dialogue was not given
    _stopping: str | None = field(init=False, default=None)  # why nothing new can be begun
    _stopping_was_told: bool = field(init=False, default=False)  # to a client that goes on sending audio

    def __post_init__(self) -> None:
        self.id = self.make_id("sess")
        opening = self.opening or Opening(self.make_id("conv"), Conversation(self.limits))
        heard = InputAudio(self.new_segmenter, self.defaults.audio.input, self.turn_taking)
        self._state = SessionState(
            self.defaults, opening.conversation_id, opening.items, heard, self.limits, self.make_id
        )
        self._answering = Answering(self._state, self.max_turns)
        self._hearing = Hearing(self._state, self._answering, self.turn_taking.options.idle_message)

    @property
    def config(self) -> SessionConfig:
        """The configuration as the client has it now."""
        return self._state.config

    @property
    def conversation_id(self) -> str:
        """The id of the conversation."""
        return self._state.conversation_id

    @property
    def conversation(self) -> Conversation:
        """The items that were said and written."""
        return self._state.conversation

    # What the client does ------------------------------------------------------------------------------------------

    def start(self) -> list[Output]:
        """Open the session."""
        about = {"heedful": self.opening.wire()} if self.opening else {}
        return [self._state.send({"type": "session.created", "session": {**self._echo(), **about}})]

    def replay(self) -> Iterator[list[Output]]:
        """Show the items that the conversation has."""
        for item in self.conversation:
            yield self._state.sends(shown_item(self.conversation, item))

    def end(self) -> list[Output]:
        """Cut short what is under way: the client has gone."""
        return [
            output
            for response in list(self._state.active)
            for output in self._answering.cut_short(response, STOPPED_BY_CLIENT)
        ]

    def refuse(self, error: ProtocolError, event_id: str | None = None) -> list[Output]:
        """Say what cannot be done: what the client asked for with the event of that id, or what nobody asked for."""
        return self._state.refuse(error, event_id)

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
        outputs: list[Output] = []
        for item_id, content_index in self._state.recognitions.places():
            outputs += self.transcription_failed(item_id, content_index, error)
        for response in tuple(self._state.active):
            outputs += self._answering.cut_short(response, Ending.failed(error))
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
                yield from self._hearing.append(event.audio)
            case messages.AudioCommit():
                yield self._hearing.commit()
            case messages.AudioClear():
                yield self._hearing.clear()
            case messages.ItemCreate():
                yield self._create_item(event)
            case messages.ItemRetrieve():
                yield from self._retrieve(event.item_id)
            case messages.ItemTruncate():
                yield self._answering.truncate(event)
            case messages.ItemDelete():
                yield [self._state.send(delete_item(self.conversation, event.item_id))]
            case messages.ResponseCreate():
                yield self._answering.create(event.response or {})
            case messages.ResponseCancel():
                yield self._answering.cancel(event.response_id)
            case messages.OutputAudioClear():
                raise ProtocolError(
                    ErrorCode.INVALID_EVENT,
                    "output_audio_buffer.clear is for WebRTC and SIP: over a websocket the client holds the "
                    "audio, so it drops it itself and sends conversation.item.truncate.",
                )

    def _update(self, patch: dict[str, Any]) -> list[Output]:
        config = updated(
            self.config, patch, self.defaults, self._answering.audio_was_sent, self.limits.max_configuration_bytes
        )
        language = config.hints.language
        if self.languages is not None and language not in {None, self.config.hints.language, *self.languages}:
            known = ", ".join(sorted(self.languages))
            raise ProtocolError(
                ErrorCode.INVALID_VALUE,
                f"Invalid value: '{language:.20}'. This server's recogniser hears: {known}.",
                "session.audio.input.transcription.language",
            )
        self._state.input.configure(config.audio.input)
        self._state.config = config
        return [self._state.send({"type": "session.updated", "session": self._echo()})]

    def _retrieve(self, item_id: str) -> Iterator[list[Output]]:
        if item := self.conversation.get(item_id):
            for part in item.parts:
                for _ in part.encoded():
                    yield []
            self.conversation.settle(item)
        yield [self._state.send(retrieve_item(self.conversation, item_id))]

    def _create_item(self, event: messages.ItemCreate) -> list[Output]:
        item = parse_item(event.item, self.make_id("item"), self.limits.max_item_parts)
        self.conversation.check_room(needed_bytes(item, self.config.audio.input.format.type))
        if item.id == self._hearing.coming.id:
            raise ProtocolError(
                ErrorCode.ITEM_EXISTS,
                f"Error adding item: the id '{item.id}' is that of the utterance to come.",
                "item.id",
            )
        added = self._state.sends(add_item(self.conversation, item, event.previous_item_id))
        self._unheard[item.id] = None
        return [*added, *self._state.recognitions.files(item, self.config)]

    # What the pipeline makes ---------------------------------------------------------------------------------------

    def partly_transcribed(self, item_id: str, text: str) -> list[Output]:
        """Take a partial transcript of the utterance that goes on; words that two of them agree on are shown."""
        return self._hearing.partly_transcribed(item_id, text)

    def judge_pause(self, item_id: str, sample_count: int, transcript: Transcript) -> list[Output]:
        """Take the text of an utterance up to the pause reported with so many samples: it may end the turn."""
        return self._hearing.judge_pause(item_id, sample_count, transcript)

    def transcribed(
        self, item_id: str, content_index: int, transcript: Transcript, took_ms: float = 0.0
    ) -> list[Output]:
        """Take the text of a recording, and how long it took to recognise it."""
        recognitions = self._state.recognitions
        return self._state.sends(recognitions.complete(item_id, content_index, transcript, took_ms, self.config))

    def transcription_failed(self, item_id: str, content_index: int, error: ProtocolError) -> list[Output]:
        """Note that a recording could not be recognised; the response that answers it fails for the same reason."""
        return self._state.sends(self._state.recognitions.fail(item_id, content_index, error, self.config))

    def utterance(self, response_id: str) -> str:
        """Return what the user said that this response answers, once it is transcribed; nothing if it is over.

        Raises:
            ProtocolError: a recording could not be recognised; each failure is raised once.
        """
        return self._state.active.utterance(response_id)

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
        return self._state.active.recognition_ms(response_id)

    def understood(
        self, response_id: str, metadata: dict[str, str], messages: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Take what was understood, which is shown at the end of the response even if it is cut short.

        `messages` are those of the reply that carry more than a text.
        """
        self._state.active.understand(response_id, metadata, messages)

    def say(self, response_id: str, text: str) -> list[Output]:
        """Say the response's next words; the first ones open its message."""
        return self._state.sends(self._state.active.say(response_id, text))

    def play(self, response_id: str, audio: bytes, words_ms: float | None = None) -> list[Output]:
        """Play a piece of the sound, in the output format, of the words said last; the whole takes `words_ms`."""
        return self._answering.play(response_id, audio, words_ms)

    def call(self, response_id: str, calls: tuple[ToolCall, ...]) -> list[Output]:
        """Call functions of the client's, after what the response says."""
        return self._answering.call(response_id, calls)

    def finish(self, response_id: str, metadata: dict[str, str] | None) -> list[Output]:
        """Complete the response."""
        return self._answering.end(response_id, Ending("completed", metadata=metadata))

    def fail(self, response_id: str, error: ProtocolError) -> list[Output]:
        """End the response, which could not be made."""
        return self._answering.end(response_id, Ending.failed(error))

    def _echo(self) -> dict[str, Any]:
        return echo(self.config, self.id, self.expires_at)
