"""What a client may do with the items of its conversation: write, add, retrieve, truncate and delete them."""

import base64
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.protocol.barge_in import truncate
from server.protocol.conversation import Conversation
from server.protocol.items import Item, Part, Role
from server.wire.frames import decode_base64
from server.wire.messages import (
    ErrorCode,
    ItemTruncate,
    ProtocolError,
    ServerEvent,
    check_length,
    validate,
)


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


def parse_item(value: dict[str, Any], new_id: str, max_parts: int) -> Item:
    """Read the item a client wants to add; `new_id` is its id unless the client chose one.

    Raises:
        ProtocolError: an unknown kind of item, more than `max_parts` parts, content its role cannot
            have, or audio that is not base64.
    """
    kind = value.get("type")
    model = _KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        supported = ", ".join(f"'{name}'" for name in _KINDS)
        code = ErrorCode.MISSING_PARAMETER if kind is None else ErrorCode.INVALID_VALUE
        raise ProtocolError(code, f"Invalid value: {kind!r:.80}. Supported values are: {supported}.", "item.type")
    check_length(value.get("content"), max_parts, "item.content")
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


def _part(wire: _TextPart | _AudioPart | _ImagePart) -> Part:
    if isinstance(wire, _TextPart):
        return Part(wire.type, wire.text)
    if isinstance(wire, _ImagePart):
        return Part(wire.type, image_url=wire.image_url)
    return Part(wire.type, wire.transcript, decode_base64(wire.audio, "item.content.audio") if wire.audio else None)


def add_item(conversation: Conversation, item: Item, previous_item_id: str | None) -> list[ServerEvent]:
    """Put a finished item into the conversation.

    Raises:
        ProtocolError: its id is taken, or there is no item of the previous id.
    """
    conversation.insert(item, previous_item_id)
    return shown_item(conversation, item)


def shown_item(conversation: Conversation, item: Item) -> list[ServerEvent]:
    """Write the events that show a finished item in its place."""
    fields = {"previous_item_id": conversation.previous_id(item.id), "item": item.wire()}
    return [{"type": "conversation.item.added", **fields}, {"type": "conversation.item.done", **fields}]


def retrieve_item(conversation: Conversation, item_id: str) -> ServerEvent:
    """Show an item with its audio.

    Raises:
        ProtocolError: there is no item of that id.
    """
    item = _existing(conversation, item_id, ErrorCode.ITEM_RETRIEVE_MISSING, "retrieving")
    wire = item.wire()
    for part, shown in zip(item.parts, wire.get("content", []), strict=False):
        if part.audio is not None:
            shown["audio"] = base64.b64encode(part.audio).decode("ascii")
    return {"type": "conversation.item.retrieved", "item": wire}


def truncate_item(conversation: Conversation, event: ItemTruncate) -> ServerEvent:
    """Cut a spoken reply to what was heard of it.

    Raises:
        ProtocolError: there is no item of that id, it is no spoken reply, or it is shorter than that.
    """
    item = conversation.get(event.item_id)
    if item is None:
        raise ProtocolError(ErrorCode.ITEM_TRUNCATE_MISSING, f"Item with item_id not found: {event.item_id}")
    truncate(item, event.content_index, event.audio_end_ms)
    return {
        "type": "conversation.item.truncated",
        "item_id": item.id,
        "content_index": event.content_index,
        "audio_end_ms": event.audio_end_ms,
    }


def delete_item(conversation: Conversation, item_id: str) -> ServerEvent:
    """Take an item out of the conversation.

    Raises:
        ProtocolError: there is no item of that id.
    """
    conversation.delete(_existing(conversation, item_id, ErrorCode.ITEM_DELETE_MISSING, "deleting").id)
    return {"type": "conversation.item.deleted", "item_id": item_id}


def _existing(conversation: Conversation, item_id: str, code: ErrorCode, doing: str) -> Item:
    item = conversation.get(item_id)
    if item is None:
        raise ProtocolError(code, f"Error {doing} item: the item with id '{item_id}' does not exist.")
    return item
