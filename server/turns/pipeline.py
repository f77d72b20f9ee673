"""The way of one turn: transcribe, interpret, respond, speak."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeAlias

from asr.samples import Samples
from asr.transcript import Recognizer, Transcript
from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from retrieval.passage import Passage
from server.access.allowance import Allowance, LimitReached
from server.conversations.held_conversation import HeldConversation
from server.conversations.reception import Reception
from server.options import LimitOptions
from server.protocol.input_audio import NewSegmenter
from server.protocol.outputs import Anticipate, Cancel, Output, Respond, Send, Transcribe, TranscribeFile
from server.protocol.session import Session
from server.protocol.turn_taking import TurnTaking
from server.telemetry.meter import Meter
from server.telemetry.turn_watch import TurnWatch
from server.turns.anticipation import Anticipations
from server.turns.fair_line import LaneFull, Place, Urgency
from server.turns.hearing import hearing, urgency_of
from server.turns.history import tell
from server.turns.log_lines import on_one_line
from server.turns.speech import Synthesizer, sentences
from server.turns.spoken_form import spoken_form, with_choices
from server.turns.thinking import NOTHING_SAID, Thinking
from server.turns.worker import SessionLane, Worker
from server.wire.audio_formats import SPEECH_RATE_HZ, bytes_per_ms, decode_audio, encode_audio
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.metadata import turn_metadata

logger = logging.getLogger(__name__)

AUDIO_DELTA_MS = 200

AHEAD_SECONDS = 2.0
"""While a client has more speech than this to play, the next sentence can wait for those who wait for an answer."""


class Understanding(Protocol):
    """What turns words into a reply and remembers the conversation."""

    def interpret(self, text: str) -> Interpretation:
        """Interpret an utterance."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        """Reply in that conversation; the reply may call functions of the client's that are offered."""

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        """Go on with what functions of the client's returned; without outputs, call the one that the offer forces."""

    def rewind(self, conversation_id: str) -> None:
        """Take back the last turn of that conversation."""

    def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        """Take in what was said before, elsewhere: by the user, or by the assistant."""

    def branch(self, origin_id: str, conversation_id: str) -> None:
        """Let a conversation that is forgotten soon begin where another one is now."""

    def set_aside(self, conversation_id: str) -> None:
        """Hold a conversation ready no longer, which may go on later."""

    @property
    def alive(self) -> bool:
        """Whether turns can be taken."""


class LastingUnderstanding(Understanding, Protocol):
    """An understanding that another model may take the place of while it is used."""

    def hold(self) -> AbstractContextManager[Understanding]:
        """Keep the model that answers now open until the end of the block: a turn keeps to one model."""


Reload: TypeAlias = Callable[[], Callable[[], None]]
"""Puts what was trained and indexed since in the place of the old, or raises what refuses it.

Returns what closes the old after its last turn.
"""


def _nothing() -> None:
    """Every part works."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """The loaded models, how turns are taken and limited. Shared by all sessions; each part is thread-safe."""

    recognizer: Recognizer
    understanding: LastingUnderstanding
    synthesizer: Synthesizer
    new_segmenter: NewSegmenter
    turn_taking: TurnTaking = TurnTaking()
    limits: LimitOptions = LimitOptions()
    reload: Reload | None = None
    broken: Callable[[], str | None] = _nothing
    """Says which part can no longer work, such as a dialogue loop that has ended; None while all can."""
    reception: Reception = field(default_factory=Reception)

    align: Callable[[Samples, Transcript], Transcript] | None = None
    """Gives a transcript of samples (float32 [n], mono 16 kHz) the times of its words."""

    source: Callable[[str], Passage | None] | None = None
    """Finds a passage of the knowledge by its id, as replies cite it."""

    suggestions: Callable[[], Sequence[str]] | None = None
    """Makes questions to begin with from the knowledge."""


class Outbox(Protocol):
    """Where outgoing events go."""

    def put(self, event: dict[str, Any]) -> None:
        """Line an event up, in order; never waits."""

    def wait_for(self, done: asyncio.Task[None]) -> None:
        """Hold back what is put from now on until the task is done."""

    async def drained(self) -> None:
        """Wait until the client has taken enough for more to be worth making."""


@dataclass(slots=True, eq=False)
class TurnRunner:
    """Does the work that one session asks for, and gives it the results. Owns the session's tasks.

    `held` is the session's conversation where it is kept: it is written before a turn is said to have ended.
    `allowance` is what the key of the session may ask for.
    """

    session: Session
    assistant: Assistant
    worker: Worker
    outbox: Outbox
    held: HeldConversation | None = None
    allowance: Allowance = field(default_factory=lambda: Allowance(""))
    now: Callable[[], float] = time.monotonic
    meter: Meter = field(default_factory=Meter)
    _watch: TurnWatch = field(init=False)
    _transcriptions: dict[asyncio.Task[None], str] = field(init=False, default_factory=dict)  # and their items
    _responses: dict[asyncio.Task[None], str] = field(init=False, default_factory=dict)  # and their ids
    _lane: SessionLane = field(init=False)
    _anticipations: Anticipations = field(init=False)
    _conversations: set[str] = field(init=False, default_factory=set)  # that the dialogue remembers
    _last_turn: tuple[str, ...] = field(init=False, default=())  # the items that the dialogue has answered last
    _last_reply: Reply = field(init=False, default=Reply(()))

    def __post_init__(self) -> None:
        self._watch = TurnWatch(self.meter, self.now)
        self._lane = self.worker.lane(self.session.conversation_id)
        self._anticipations = Anticipations(self.assistant.recognizer, self.worker, self._lane, self._anticipated)

    def carry_out(self, outputs: list[Output]) -> None:
        """Send the events and start or stop the work, in order."""
        for output in outputs:
            match output:
                case Send(event):
                    if self.held is not None and _changes_what_was_said(event):
                        self.outbox.wait_for(self.held.write(ends_turn=event["type"] == "response.done"))
                    self._watch.sent(event)
                    if event["type"] == "response.done":
                        self._log_end(event["response"])
                    self.outbox.put(event)
                case Anticipate():
                    self._anticipations.begin(output)
                case Transcribe() | TranscribeFile():
                    self._start(self._transcriptions, output.item_id, self._transcribe(output))
                case Respond():
                    self._start(self._responses, output.response_id, self._respond(output))
                case Cancel(response_id):
                    for task in _tasks_of(self._responses, {response_id}):
                        task.cancel()

    def _log_end(self, response: dict[str, Any]) -> None:
        about = self._about(response["id"])
        logger.info("turn %s of session %s: %s", response["id"], self.session.id, response["status"], extra=about)

    def _about(self, turn: str) -> dict[str, str]:
        return {"session": self.session.id, "conversation": self.session.conversation_id, "turn": turn}

    def _start(self, tasks: dict[asyncio.Task[None], str], owner: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks[task] = owner
        task.add_done_callback(tasks.pop)

    @property
    def is_busy(self) -> bool:
        """Whether a recording is being recognised or a response is being made."""
        return bool(self._transcriptions or self._responses)

    async def finished(self) -> None:
        """Wait until no work is left."""
        while True:
            await self._anticipations.finished()  # they may end a turn
            if not (tasks := [*self._transcriptions, *self._responses]):
                return
            await asyncio.wait(tasks)

    def give_up(self, reason: str) -> None:
        """Stop all work, and tell the client why nothing comes of it; does not wait for threads."""
        self._anticipations.give_up()
        for task in self._transcriptions:
            task.cancel()
        self.carry_out(self.session.give_up(reason))

    async def close(self) -> None:
        """Stop all work, and forget the conversations but one that is kept; for when the client has gone."""
        self._anticipations.give_up()
        self.carry_out(self.session.end())
        tasks = [*self._transcriptions, *self._responses]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.held is not None:
            await self._let_go(self.held)
        for conversation_id in tuple(self._conversations):
            await self._forget(conversation_id)

    async def _let_go(self, held: HeldConversation) -> None:
        if held.conversation_id in self._conversations:
            self._conversations.discard(held.conversation_id)
            await self._without(self.assistant.understanding.set_aside, held.conversation_id)
        await held.close(partial(self._without, self.assistant.understanding.forget))

    async def _forget(self, conversation_id: str) -> None:
        if conversation_id in self._conversations:
            self._conversations.discard(conversation_id)
            await self._without(self.assistant.understanding.forget, conversation_id)

    async def _without(self, letting_go: Callable[[str], None], conversation_id: str) -> None:
        (error,) = await asyncio.gather(asyncio.to_thread(letting_go, conversation_id), return_exceptions=True)
        if isinstance(error, Exception):  # no reason to fail a turn that is over, or to keep the other conversations
            logger.error("conversation %s could not be forgotten", conversation_id, exc_info=error)

    def _anticipated(self, work: Anticipate, transcript: Transcript) -> None:
        self.carry_out(self.session.partly_transcribed(work.item_id, transcript.text))
        if work.paused:
            self.carry_out(self.session.judge_pause(work.item_id, len(work.samples), transcript))

    def _urgency(self, *item_ids: str) -> Urgency:
        """Find how urgent it is to answer these items: as urgent as the most urgent of them."""
        items = [item for item_id in item_ids if (item := self.session.conversation.get(item_id)) is not None]
        if any(item.live for item in items):
            return Urgency.LIVE
        recorded = any(part.type == "input_audio" for item in items for part in item.parts)
        return Urgency.FILE if recorded else Urgency.TYPED

    async def _recognize(self, work: Transcribe | TranscribeFile, place: Place) -> Transcript:
        if isinstance(work, TranscribeFile):
            return await self.worker.run(place, _hear_file, self.assistant.recognizer, work)
        if (anticipated := self._anticipations.take(work)) is not None:
            return await anticipated
        shared = hearing(self.assistant.recognizer, work.hints, work.samples, work.pauses)
        return await self.worker.line_up_shared(place, shared).outcome

    @contextmanager
    def _guarded(self, doing: str, owner_id: str, fail: Callable[[ProtocolError], list[Output]]) -> Iterator[None]:
        """Do a piece of a turn's work; whatever goes wrong ends that piece alone, with an error of the protocol."""
        try:
            yield
        except ProtocolError as error:
            self.carry_out(fail(error))
        except LaneFull as error:
            self.carry_out(fail(ProtocolError(ErrorCode.BUSY, str(error))))
        except LimitReached as error:
            self.carry_out(fail(ProtocolError(ErrorCode.LIMIT_REACHED, str(error))))
        except Exception:
            named = on_one_line(owner_id)
            logger.exception("%s: the server failed while %s", named, doing, extra=self._about(named))
            message = f"The server failed while {doing}; its log has the cause."
            self.carry_out(fail(ProtocolError(ErrorCode.SERVER_ERROR, message)))

    async def _transcribe(self, work: Transcribe | TranscribeFile) -> None:
        fail = partial(self.session.transcription_failed, work.item_id, work.content_index)
        turn = self._lane.turn(urgency_of(work.samples) if isinstance(work, Transcribe) else Urgency.FILE)
        with self._guarded("recognising the speech", work.item_id, fail), turn as place:
            started = self.now()
            self.allowance.check_audio()
            transcript = await self._recognize(work, place)
            self.allowance.count_audio(transcript.duration_seconds)
            took_ms = (self.now() - started) * 1000
            self.carry_out(self.session.transcribed(work.item_id, work.content_index, transcript, took_ms))

    async def _respond(self, work: Respond) -> None:
        fail = partial(self.session.fail, work.response_id)
        turn = self._lane.turn(self._urgency(*work.item_ids))
        with self._guarded("answering", work.response_id, fail), turn as place:
            try:
                self.allowance.take_turn()
                await self._answer(work, place)
            finally:
                if not work.options.in_conversation:  # nobody can go on with it
                    await self._forget(work.conversation_id)

    async def _answer(self, work: Respond, place: Place) -> None:
        if waiting := _tasks_of(self._transcriptions, work.item_ids):
            await asyncio.wait(waiting)
        if work.repeats:
            await self._repeat(work, place)
            return
        text = self.session.utterance(work.response_id)
        timings = {"asr": self.session.recognition_ms(work.response_id)}
        offer = work.options.offer
        if not (text or work.tool_outputs or offer.forced):
            # Noise, or a message without words: there is nothing to answer, and the turn still ends once.
            self.carry_out(self.session.finish(work.response_id, None))
            return
        self._conversations.add(work.conversation_id)
        interpretation, reply = await self._reply(work, place, text, timings)
        if offer.required and not (work.tool_outputs or reply.calls):
            raise _nothing_called(offer)
        if work.options.in_conversation and (reply.text or reply.messages):
            self._last_reply = reply
        await self._deliver(work, place, interpretation, reply, timings)

    async def _reply(
        self, work: Respond, place: Place, text: str, timings: dict[str, float]
    ) -> tuple[Interpretation, Reply]:
        """Go on with what the client's functions returned, and answer what was said, in the order of the two."""
        conversation_id, outputs, offer = work.conversation_id, work.tool_outputs, work.options.offer
        thinking = Thinking(conversation_id, text, outputs, offer, work.outputs_last, self.now, timings_ms=timings)
        in_conversation = work.options.in_conversation
        with self.assistant.understanding.hold() as understanding:
            if in_conversation and work.item_ids and work.item_ids == self._last_turn:
                self._last_turn = ()
                await self.worker.run(place, understanding.rewind, work.conversation_id)
            await self._look_back(work, place, understanding)
            try:
                await self.worker.run(place, thinking.run, understanding)
            except asyncio.CancelledError:
                thinking.give_up()
                raise
        if in_conversation:
            self._last_turn = work.item_ids
        return thinking.interpretation, thinking.reply

    async def _look_back(self, work: Respond, place: Place, understanding: Understanding) -> None:
        """Let the dialogue hear what was said before and it does not know yet."""
        main, answered = self.session.conversation_id, work.item_ids if work.options.in_conversation else ()
        history = self.session.take_history(answered)
        if waiting := _tasks_of(self._transcriptions, {item.id for item in history}):
            await asyncio.wait(waiting)
        told = partial(tell, understanding, partial(self.worker.run, place), self.assistant.limits)
        if history:
            self._conversations.add(main)
            await told(main, history)
        if work.options.in_conversation:
            return
        if work.context is None:
            await self.worker.run(place, understanding.branch, main, work.conversation_id)
        else:
            await told(work.conversation_id, work.context)

    async def _repeat(self, work: Respond, place: Place) -> None:
        await self._deliver(work, place, NOTHING_SAID, replace(self._last_reply, actions=(), calls=()), {})

    async def _deliver(
        self, work: Respond, place: Place, interpretation: Interpretation, reply: Reply, timings: dict[str, float]
    ) -> None:
        metadata = turn_metadata(work.options.metadata, interpretation, reply, timings)
        self.session.understood(work.response_id, metadata, reply.messages)
        await self._say(work, place, reply, timings)
        self._watch.took(timings)
        if reply.calls:
            self.carry_out(self.session.call(work.response_id, reply.calls))
        metadata = turn_metadata(work.options.metadata, interpretation, reply, timings)
        self.carry_out(self.session.finish(work.response_id, metadata))

    async def _say(self, work: Respond, place: Place, reply: Reply, timings: dict[str, float]) -> None:
        plays_until = self.now()
        later = self._lane.place(max(place.urgency, Urgency.TYPED))
        text = with_choices(reply) if work.options.speaks else reply.text
        for index, sentence in enumerate(sentences(text)):
            self.carry_out(self.session.say(work.response_id, f" {sentence}" if index else sentence))
            if not work.options.speaks:
                continue
            started = self.now()
            synthesize, speed = self.assistant.synthesizer.synthesize, work.options.speed
            in_time = later if plays_until - started > AHEAD_SECONDS else place
            samples = await self.worker.run(in_time, synthesize, spoken_form(sentence), speed)
            plays_until = max(plays_until, self.now()) + len(samples) / SPEECH_RATE_HZ
            timings.setdefault("speech", (self.now() - started) * 1000)
            audio = encode_audio(samples, SPEECH_RATE_HZ, work.options.audio_format["type"])
            ms_bytes = bytes_per_ms(work.options.audio_format["type"])
            step = AUDIO_DELTA_MS * ms_bytes
            for start in range(0, len(audio), step):
                self.carry_out(self.session.play(work.response_id, audio[start : start + step], len(audio) / ms_bytes))
                await self.outbox.drained()


def _hear_file(recognizer: Recognizer, file: TranscribeFile) -> Transcript:
    """Decode and recognise a recording, on a thread: resampling minutes of sound takes a second."""
    return recognizer.hinted(file.hints).transcribe(decode_audio(file.audio, file.format_type))


def _nothing_called(offer: ToolOffer) -> ProtocolError:
    names = ", ".join(f"'{tool.name[:100]}'" for tool in offer.tools[:20])
    return ProtocolError(
        ErrorCode.TOOL_NOT_CALLED,
        f"tool_choice is 'required', and the dialogue came to none of the functions {names}: bind one in "
        "client_tools.yml to what was said, or choose 'auto'.",
        "response.tool_choice",
    )


def _tasks_of(tasks: dict[asyncio.Task[None], str], owners: Collection[str]) -> list[asyncio.Task[None]]:
    return [task for task, owner in tasks.items() if owner in owners]


def _changes_what_was_said(event: dict[str, Any]) -> bool:
    """Return whether the event ends a turn of the conversation, or takes back what was said in one."""
    if event["type"] == "response.done":
        return event["response"]["conversation_id"] is not None
    return event["type"] in ("conversation.item.truncated", "conversation.item.deleted")
