"""The transcription of the user's recordings: which are under way, which words are shown, and with which events."""

from dataclasses import dataclass, field

from asr.partial_transcripts import LocalAgreement
from asr.transcript import Transcript
from server.protocol.active_responses import ActiveResponses
from server.protocol.conversation import Conversation
from server.protocol.items import Item, Part, untranscribed
from server.protocol.outputs import TranscribeFile
from server.wire.audio_formats import decoded_bytes
from server.wire.messages import ProtocolError, ServerEvent
from server.wire.session_config import SessionConfig

_PREFIX = "conversation.item.input_audio_transcription"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of the user: one part of an item. Every method returns the events that follow, in order."""

    item_id: str
    content_index: int
    part: Part

    def show(self, text: str) -> list[ServerEvent]:
        """Show the words that this text of a recording that goes on has in common with the one before it."""
        self.part.agreement = self.part.agreement or LocalAgreement()
        return self._delta(self.part.agreement.update(text))

    def complete(self, transcript: Transcript) -> list[ServerEvent]:
        """Keep the text of the whole recording and show what of it was not shown yet."""
        self.part.text = transcript.text
        agreement, self.part.agreement = self.part.agreement or LocalAgreement(), None
        usage = {"type": "duration", "seconds": round(transcript.duration_seconds, 3)}
        completed = self._event("completed", transcript=transcript.text, usage=usage)
        return [*self._delta(agreement.finish(transcript.text)), completed]

    def fail(self, error: ProtocolError) -> list[ServerEvent]:
        """Say that the recording could not be recognised, and why."""
        self.part.agreement = None
        detail = {"type": "transcription_error", "code": error.code.value, "message": error.message, "param": None}
        return [self._event("failed", error=detail)]

    def _delta(self, words: str) -> list[ServerEvent]:
        return [self._event("delta", delta=words)] if words else []

    def _event(self, kind: str, **fields: object) -> ServerEvent:
        place = {"item_id": self.item_id, "content_index": self.content_index}
        return {"type": f"{_PREFIX}.{kind}", **place, **fields}


@dataclass(slots=True)
class Recognitions:
    """The recordings of one session that are being recognised, and the bytes that they take meanwhile."""

    conversation: Conversation
    active: ActiveResponses
    _held: dict[tuple[str, int], list[int]] = field(init=False, default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def places(self) -> list[tuple[str, int]]:
        """List the recordings by item and place in it, one as often as it is being recognised."""
        return [place for place, held in self._held.items() for _ in held]

    def expect(self, item_id: str, content_index: int, held_bytes: int) -> None:
        """Note that a recording is being recognised, which takes so many bytes meanwhile."""
        self.conversation.reserve(held_bytes)
        self._held.setdefault((item_id, content_index), []).append(held_bytes)

    def files(self, item: Item, config: SessionConfig) -> list[TranscribeFile]:
        """Begin to recognise the recordings of an item of the client's that have no transcript."""
        format_type = config.audio.input.format.type
        work: list[TranscribeFile] = []
        for index, audio in untranscribed(item).items():
            self.expect(item.id, index, decoded_bytes(len(audio), format_type))
            work.append(TranscribeFile(item.id, index, audio, format_type, config.hints))
        return work

    def complete(
        self, item_id: str, content_index: int, transcript: Transcript, took_ms: float, config: SessionConfig
    ) -> list[ServerEvent]:
        """Take the text of a recording, and how long it took to recognise it."""
        recording = self._end(item_id, content_index)
        if recording is None:
            return []
        if config.gives_responses:
            recording.part.recognition_ms = took_ms
        events = recording.complete(transcript)
        self.conversation.settle_id(item_id)
        return events if self._is_shown(item_id, config) else []

    def fail(self, item_id: str, content_index: int, error: ProtocolError, config: SessionConfig) -> list[ServerEvent]:
        """Note that a recording could not be recognised; the response that answers it fails for the same reason."""
        recording = self._end(item_id, content_index)
        if recording is None:
            return []
        if config.gives_responses:
            recording.part.failure = error
        events = recording.fail(error)
        return events if self._is_shown(item_id, config) else []

    def _is_shown(self, item_id: str, config: SessionConfig) -> bool:
        return config.shows_transcripts and self.conversation.get(item_id) is not None

    def _end(self, item_id: str, content_index: int) -> Recording | None:
        if waiting := self._held.get((item_id, content_index)):
            self.conversation.reserve(-waiting.pop())
            if not waiting:
                del self._held[item_id, content_index]
        item = self.conversation.get(item_id) or self.active.given(item_id)
        part = None if item is None else item.recording(content_index)
        return None if part is None else Recording(item_id, content_index, part)


def needed_bytes(item: Item, format_type: str) -> int:
    """Add up what an item takes, with the samples of its recordings while they are recognised."""
    samples = sum(decoded_bytes(len(audio), format_type) for audio in untranscribed(item).values())
    return item.text_bytes + item.audio_bytes + samples
