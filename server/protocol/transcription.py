"""The transcription of the user's recordings: which of its words are shown, and the events that show them."""

from dataclasses import dataclass

from asr.partial_transcripts import LocalAgreement
from asr.transcript import Transcript
from server.protocol.items import Part
from server.wire.messages import ProtocolError, ServerEvent

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
