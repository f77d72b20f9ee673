"""What a client may do with the items of its conversation: add, retrieve, truncate and delete them."""

import base64

from server.protocol.barge_in import truncate
from server.protocol.items import Conversation, Item
from server.protocol.messages import ErrorCode, ItemTruncate, ProtocolError, ServerEvent


def add_item(conversation: Conversation, item: Item, previous_item_id: str | None) -> list[ServerEvent]:
    """Put a finished item into the conversation.

    Raises:
        ProtocolError: its id is taken, or there is no item of the previous id.
    """
    conversation.insert(item, previous_item_id)
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
