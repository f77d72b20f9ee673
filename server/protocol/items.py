"""One item of a conversation: what was said or written, and the sound of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from asr.partial_transcripts import LocalAgreement
from asr.samples import SAMPLE_RATE_HZ, Samples
from server.wire.audio_formats import bytes_per_ms, encode_in_slices
from server.wire.messages import ErrorCode, ProtocolError

Role: TypeAlias = Literal["user", "assistant", "system"]
Status: TypeAlias = Literal["in_progress", "completed", "incomplete"]


_ITEM_BYTES = 1000  # what an item and a part take that are empty
_PART_BYTES = 300


@dataclass(slots=True)
class Part:
    """One piece of a message.

    `audio` is in `audio_format`, a wire format, and is sent only when retrieved. `spoken` says what of an assistant's
    text was said by when: (text, end in milliseconds of the audio, infinite until its sound comes). The last four are
    about a user's recording: the words that are shown while it is recognised, how long that took, why it failed, until
    a response has said so, and what was heard, mono 16 kHz, until it is retrieved in its format.
    """

    type: str
    text: str | None = None
    audio: bytes | bytearray | None = None
    image_url: str | None = None
    audio_format: str | None = None
    spoken: list[tuple[str, float]] = field(default_factory=list)
    agreement: LocalAgreement | None = None
    recognition_ms: float = 0.0
    failure: ProtocolError | None = None
    samples: Samples | None = field(default=None, compare=False)

    @property
    def audio_bytes(self) -> int:
        """How much its audio takes, in its format or as samples."""
        return len(self.audio or b"") + (0 if self.samples is None else self.samples.nbytes)

    def encoded(self) -> Iterator[None]:
        """Turn the samples into `audio`, in slices; without effect where the audio is forgotten meanwhile."""
        if (samples := self.samples) is None or self.audio_format is None:
            return
        pieces = []
        for piece in encode_in_slices(samples, SAMPLE_RATE_HZ, self.audio_format):
            pieces.append(piece)
            yield
        if self.samples is samples:
            self.audio, self.samples = b"".join(pieces), None

    @property
    def audio_ms(self) -> float:
        """The length of its audio in milliseconds; 0 where none is kept."""
        return len(self.audio or b"") / bytes_per_ms(self.audio_format) if self.audio_format else 0.0

    def wire(self) -> dict[str, Any]:
        """Write the part as JSON, without its audio."""
        if self.type in ("input_audio", "output_audio"):
            return {"type": self.type, "transcript": self.text}
        if self.type == "input_image":
            return {"type": self.type, "image_url": self.image_url}
        return {"type": self.type, "text": self.text}


@dataclass(slots=True)
class Item:
    """A message, or (with `extra`) a function call or its output. Mutable: it belongs to one session.

    `live`: it is heard as it is spoken.
    """

    id: str
    type: str = "message"
    role: Role | None = None
    status: Status = "completed"
    parts: list[Part] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    live: bool = False

    @property
    def text_bytes(self) -> int:
        """About how much the item takes in memory without its audio."""
        texts = [text for part in self.parts for text in (part.text, part.image_url) if text]
        texts += [str(value) for value in self.extra.values()]
        return _ITEM_BYTES + _PART_BYTES * len(self.parts) + sum(len(text.encode()) for text in texts)

    @property
    def audio_bytes(self) -> int:
        """How much its audio takes."""
        return sum(part.audio_bytes for part in self.parts)

    def forget_audio(self) -> None:
        """Drop the audio; what was said in it stays."""
        for part in self.parts:
            part.audio = part.samples = None
            part.spoken.clear()

    def wire(self) -> dict[str, Any]:
        """Write the item as JSON, without audio."""
        common = {"id": self.id, "object": "realtime.item", "type": self.type, "status": self.status}
        if self.type != "message":
            return common | self.extra
        return common | {"role": self.role, "content": [part.wire() for part in self.parts]}

    @property
    def text(self) -> str:
        """All text and transcripts of the item, joined by a space."""
        return " ".join(part.text for part in self.parts if part.text)

    def recording(self, content_index: int) -> Part | None:
        """Find the user's recording at that place, or None."""
        part = self.parts[content_index] if content_index < len(self.parts) else None
        return part if part is not None and part.type == "input_audio" else None

    def take_failures(self) -> list[ProtocolError]:
        """Take out the reasons why recordings of it could not be recognised."""
        failures = [part.failure for part in self.parts if part.failure is not None]
        for part in self.parts:
            part.failure = None
        return failures


def untranscribed(item: Item) -> dict[int, bytes]:
    """Find the sound of the user's recordings that have no transcript, by their places."""
    return {
        index: bytes(part.audio)
        for index, part in enumerate(item.parts)
        if part.type == "input_audio" and part.audio and not part.text
    }


def joined_text(items: Sequence[Item], max_characters: int, param: str | None = None) -> str:
    """Join the text of the user's messages that are answered together.

    Raises:
        ProtocolError: they have more characters than that.
    """
    characters = sum(len(part.text or "") for item in items for part in item.parts)
    if characters > max_characters:
        raise ProtocolError(
            ErrorCode.STRING_TOO_LONG,
            f"The user's text in this turn has {characters} characters, and at most {max_characters} can be answered: "
            "ask for less at a time.",
            param,
        )
    return " ".join(item.text for item in items if item.text)


def split_at_last_reply(items: Sequence[Item]) -> tuple[tuple[Item, ...], list[Item]]:
    """Split messages into those up to the assistant's last one, and the user's after it."""
    at = max((number for number, item in enumerate(items, 1) if item.role == "assistant"), default=0)
    return tuple(items[:at]), [item for item in items[at:] if item.role == "user"]
