"""The items of a conversation: what was said and written on both sides, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from asr.partial_transcripts import LocalAgreement
from server.protocol.audio_formats import bytes_per_ms
from server.protocol.messages import ErrorCode, ProtocolError, decode_base64, validate

Role: TypeAlias = Literal["user", "assistant", "system"]
Status: TypeAlias = Literal["in_progress", "completed", "incomplete"]


@dataclass(slots=True)
class Part:
    """One piece of a message.

    `audio` is in `audio_format`, a wire format, and is sent only when retrieved. `spoken` says what of an assistant's
    text was said by when: (text, end in milliseconds of the audio). The last three are about a user's recording: the
    words that are shown while it is recognised, how long that took, and why it failed, until a response has said so.
    """

    type: str
    text: str | None = None
    audio: bytes | None = None
    image_url: str | None = None
    audio_format: str | None = None
    spoken: list[tuple[str, float]] = field(default_factory=list)
    agreement: LocalAgreement | None = None
    recognition_ms: float = 0.0
    failure: ProtocolError | None = None

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

    `answered`: a response has answered this message of the user, though it may have had nothing to say.
    `live`: it is heard as it is spoken.
    """

    id: str
    type: str = "message"
    role: Role | None = None
    status: Status = "completed"
    parts: list[Part] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    answered: bool = False
    live: bool = False

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


class Conversation:
    """The ordered items of one session; ids are unique."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._order: list[str] = []

    def __iter__(self) -> Iterator[Item]:
        return (self._items[item_id] for item_id in self._order)

    def get(self, item_id: str) -> Item | None:
        """Find the item of that id, or None."""
        return self._items.get(item_id)

    def previous_id(self, item_id: str) -> str | None:
        """Find the id of the item before this one; None for the first."""
        place = self._order.index(item_id)
        return self._order[place - 1] if place else None

    @property
    def last_id(self) -> str | None:
        """The id of the last item, or None."""
        return self._order[-1] if self._order else None

    def unanswered(self) -> tuple[str, ...]:
        """Find the ids of the user's messages since the last reply that no response has answered."""
        unanswered: list[str] = []
        for item in self:
            if item.role == "assistant":
                unanswered.clear()
            elif item.role == "user" and not item.answered:
                unanswered.append(item.id)
        return tuple(unanswered)

    def insert(self, item: Item, previous_item_id: str | None = None) -> None:
        """Put `item` after the item named, first for `root`, last for None or an empty id.

        Raises:
            ProtocolError: the item's id is taken, or there is no item of the previous id.
        """
        if item.id in self._items:
            raise ProtocolError(
                ErrorCode.ITEM_EXISTS, f"Error adding item: an item with id '{item.id}' already exists.", "item.id"
            )
        if not previous_item_id:
            place = len(self._order)
        elif previous_item_id == "root":
            place = 0
        elif previous_item_id in self._items:
            place = self._order.index(previous_item_id) + 1
        else:
            raise ProtocolError(
                ErrorCode.PREVIOUS_ITEM_MISSING,
                f"Error adding item: the previous item with id '{previous_item_id}' does not exist.",
                "previous_item_id",
            )
        self._items[item.id] = item
        self._order.insert(place, item.id)

    def delete(self, item_id: str) -> None:
        """Take the item out, if there is one of that id."""
        if self._items.pop(item_id, None) is not None:
            self._order.remove(item_id)

    def forget_old_audio(self, kept: int) -> None:
        """Drop the audio of all finished items but the last ones; what was said in it stays."""
        done = (item for item in self if item.status != "in_progress")
        holders = [item for item in done if any(part.audio for part in item.parts)]
        for item in holders[:-kept]:
            for part in item.parts:
                part.audio = None
                part.spoken.clear()


class _Wire(BaseModel):
    # Clients send back items with fields they were given (object, status); those are theirs to send.
    model_config = ConfigDict(extra="ignore", frozen=True)


class _TextPart(_Wire):
    type: Literal["input_text", "output_text"]
    text: str


class _AudioPart(_Wire):
    type: Literal["input_audio", "output_audio"]
    audio: str | None = None
    transcript: str | None = None


class _ImagePart(_Wire):
    type: Literal["input_image"]
    image_url: str | None = None


class _Message(_Wire):
    type: Literal["message"]
    id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    role: Role
    content: list[Annotated[_TextPart | _AudioPart | _ImagePart, Field(discriminator="type")]]


class _FunctionCall(_Wire):
    type: Literal["function_call"]
    id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    call_id: str | None = None
    name: str
    arguments: str


class _FunctionCallOutput(_Wire):
    type: Literal["function_call_output"]
    id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    call_id: str
    output: str


_KINDS: dict[str, type[_Message] | type[_FunctionCall] | type[_FunctionCallOutput]] = {
    "message": _Message,
    "function_call": _FunctionCall,
    "function_call_output": _FunctionCallOutput,
}
_PARTS_OF: dict[Role, frozenset[str]] = {
    "user": frozenset({"input_text", "input_audio", "input_image"}),
    "assistant": frozenset({"output_text", "output_audio"}),
    "system": frozenset({"input_text"}),
}


def parse_item(value: dict[str, Any], new_id: str) -> Item:
    """Read the item a client wants to add; `new_id` is its id unless the client chose one.

    Raises:
        ProtocolError: an unknown kind of item, content its role cannot have, or audio that is not base64.
    """
    kind = value.get("type")
    model = _KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        supported = ", ".join(f"'{name}'" for name in _KINDS)
        code = ErrorCode.MISSING_PARAMETER if kind is None else ErrorCode.INVALID_VALUE
        raise ProtocolError(code, f"Invalid value: {kind!r}. Supported values are: {supported}.", "item.type")
    wire = validate(model, value, "item")
    if not isinstance(wire, _Message):
        return Item(wire.id or new_id, wire.type, extra=wire.model_dump(exclude={"id", "type"}, exclude_none=True))
    for index, part in enumerate(wire.content):
        if part.type not in _PARTS_OF[wire.role]:
            allowed = ", ".join(f"'{name}'" for name in sorted(_PARTS_OF[wire.role]))
            raise ProtocolError(
                ErrorCode.INVALID_VALUE,
                f"Invalid value: '{part.type}'. A message of role '{wire.role}' holds: {allowed}.",
                f"item.content[{index}].type",
            )
    return Item(wire.id or new_id, "message", wire.role, "completed", [_part(part) for part in wire.content])


def _whole(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON allows and UTF-8 does not, by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _part(wire: _TextPart | _AudioPart | _ImagePart) -> Part:
    if isinstance(wire, _TextPart):
        return Part(wire.type, _whole(wire.text))
    if isinstance(wire, _ImagePart):
        return Part(wire.type, image_url=wire.image_url)
    return Part(wire.type, wire.transcript, decode_base64(wire.audio, "item.content.audio") if wire.audio else None)
