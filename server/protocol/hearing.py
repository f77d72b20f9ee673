"""The user's live speech in a session: from the audio to utterances, commits, and the turns that follow."""

from collections.abc import Iterator
from itertools import chain

from asr.samples import Samples
from asr.segmentation.end_of_turn import judge_completeness
from asr.segmentation.pauses import Pause
from asr.segmentation.speech_events import SpeechContinued, SpeechPaused, SpeechStarted, SpeechStopped
from asr.transcript import Transcript
from server.protocol.answering import Answering
from server.protocol.barge_in import SPOKEN_OVER, spoken_over
from server.protocol.input_audio import UserSilent
from server.protocol.item_commands import add_item
from server.protocol.items import Item, Part
from server.protocol.outputs import Anticipate, Output, Transcribe
from server.protocol.response import ResponseOptions
from server.protocol.session_state import SessionState
from server.protocol.transcription import Recording
from server.wire.frames import decode_in_slices
from server.wire.messages import ProtocolError, ServerEvent


class Hearing:
    """The input audio of one session, and what is done with it.

    `coming` is the utterance that is heard now or next, which is not in the conversation yet. `idle_message` is said
    when the user has been silent for long; the last reply where it is empty.
    """

    def __init__(self, state: SessionState, answering: Answering, idle_message: str) -> None:
        self._state, self._answering, self._idle_message = state, answering, idle_message
        self.coming = self._new_utterance()

    def append(self, audio: str) -> Iterator[list[Output]]:
        """Take audio in base64, and give what is heard in it in small batches."""
        pieces: list[bytes] = []
        for piece in decode_in_slices(audio, "audio"):  # all of it before any is heard: it is taken whole or not at all
            pieces.append(piece)
            if len(pieces) > 1:
                yield []
        for happened in chain.from_iterable(map(self._state.input.append, pieces)):
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
        place = {"audio_start_ms": started.start_ms, "item_id": self.coming.id}
        outputs = [self._state.send({"type": "input_audio_buffer.speech_started", **place})]
        for response in spoken_over(self._state.active, self._state.config.audio.input.turn_detection):
            outputs += self._answering.cut_short(response, SPOKEN_OVER)
        return outputs

    def _anticipate(self, heard: SpeechContinued | SpeechPaused) -> list[Output]:
        paused = isinstance(heard, SpeechPaused)
        if not paused and not self._state.config.shows_transcripts:
            return []  # nobody looks at the words
        spoken = heard.utterance
        return [Anticipate(self.coming.id, spoken.samples, paused, spoken.pauses, self._state.config.hints)]

    def _speech_stopped(self, stopped: SpeechStopped) -> list[Output]:
        outputs = [self._stopped(stopped.end_ms)]
        try:
            outputs += self._commit_audio(stopped.utterance.samples, stopped.utterance.pauses)
        except ProtocolError as error:
            return [*outputs, *self._state.refuse(error)]  # the audio after the utterance is heard all the same
        if self._state.config.replies_by_itself and not self._state.active.in_conversation():
            outputs += self._answering.answer(ResponseOptions.of(self._state.config))
        return outputs

    def _user_silent(self, silent: UserSilent) -> list[Output]:
        """Commit the silence as a message without words, as the protocol has it, and have the assistant ask again."""
        place = {"item_id": self.coming.id, "audio_start_ms": silent.start_ms, "audio_end_ms": silent.end_ms}
        try:
            self._state.conversation.check_room(self.coming.text_bytes)
        except ProtocolError as error:
            return self._state.refuse(error)
        triggered = self._state.send({"type": "input_audio_buffer.timeout_triggered", **place})
        item, committed = self._commit_item()
        self._state.conversation.mark_answered(item.id)
        nothing = Transcript("", "", (silent.end_ms - silent.start_ms) / 1000)
        heard = self._state.recognitions.complete(item.id, 0, nothing, 0.0, self._state.config)
        outputs = [triggered, *committed, *self._state.sends(heard)]
        if self._state.config.replies_by_itself:
            message = self._idle_message
            outputs += self._answering.start(ResponseOptions.of(self._state.config), (), message, repeats=not message)
        return outputs

    def clear(self) -> list[Output]:
        """Drop the audio that is not committed."""
        self._state.input.clear()
        self.coming.parts[0].agreement = None
        return [self._state.send({"type": "input_audio_buffer.cleared"})]

    def commit(self) -> list[Output]:
        """Commit the audio up to now, as the client asks."""
        self._state.conversation.check_room(self._state.input.held_bytes)
        committed = self._state.input.commit()
        stopped = [] if committed.end_ms is None else [self._stopped(committed.end_ms)]
        return [*stopped, *self._commit_audio(committed.samples, committed.pauses)]

    def _stopped(self, end_ms: int) -> Output:
        place = {"audio_end_ms": end_ms, "item_id": self.coming.id}
        return self._state.send({"type": "input_audio_buffer.speech_stopped", **place})

    def _commit_item(self) -> tuple[Item, list[Output]]:
        item, self.coming = self.coming, self._new_utterance()
        previous_id = self._state.conversation.last_id
        place = {"item_id": item.id, "previous_item_id": previous_id}
        committed: ServerEvent = {"type": "input_audio_buffer.committed", **place}
        return item, self._state.sends([committed, *add_item(self._state.conversation, item, None)])

    def _commit_audio(self, samples: Samples, pauses: tuple[Pause, ...]) -> list[Output]:
        self._state.conversation.check_room(self.coming.text_bytes + samples.nbytes)
        item, outputs = self._commit_item()
        part, audio_format = item.parts[0], self._state.config.audio.input.format.type
        part.samples, part.audio_format = samples, audio_format
        self._state.recognitions.expect(item.id, 0, samples.nbytes)
        self._state.conversation.settle(item)
        return [*outputs, Transcribe(item.id, 0, samples, pauses, self._state.config.hints)]

    def partly_transcribed(self, item_id: str, text: str) -> list[Output]:
        """Take a partial transcript of the utterance that goes on; words that two of them agree on are shown."""
        if item_id != self.coming.id or not self._state.config.shows_transcripts:
            return []
        return self._state.sends(Recording(item_id, 0, self.coming.parts[0]).show(text))

    def judge_pause(self, item_id: str, sample_count: int, transcript: Transcript) -> list[Output]:
        """Take the text of an utterance up to the pause reported with so many samples: it may end the turn."""
        if item_id != self.coming.id:
            return []
        completeness = judge_completeness(transcript.text, transcript.language)
        stops = self._state.input.judged(sample_count, completeness)
        return [output for stopped in stops for output in self._speech_stopped(stopped)]

    def _new_utterance(self) -> Item:
        return Item(self._state.make_id("item"), role="user", parts=[Part("input_audio")], live=True)
