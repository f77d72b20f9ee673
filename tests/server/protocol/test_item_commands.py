"""The commands about items, against a conversation; how a session takes them is tested with the session."""

import base64
from typing import Any

import pytest

from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.item_commands import add_item, delete_item, parse_item, retrieve_item, truncate_item
from server.protocol.items import Item, Part
from server.wire.messages import ErrorCode, ItemTruncate, ProtocolError


@pytest.fixture
def conversation() -> Conversation:
    """A spoken reply, one second long, of two words."""
    part = Part("output_audio", "Good day.", bytes(48_000), audio_format="audio/pcm", spoken=[("Good day.", 1000.0)])
    conversation = Conversation(LimitOptions())
    conversation.insert(Item("reply", role="assistant", parts=[part]))
    return conversation


def truncation(item_id: str, end_ms: int) -> ItemTruncate:
    return ItemTruncate(type="conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=end_ms)


def test_an_added_item_is_done_at_once_and_knows_its_place(conversation: Conversation) -> None:
    added, done = add_item(conversation, Item("mine", role="user"), None)
    assert (added["type"], done["type"]) == ("conversation.item.added", "conversation.item.done")
    assert added["previous_item_id"] == done["previous_item_id"] == "reply"


def test_audio_is_shown_to_who_retrieves_it_and_to_nobody_else(conversation: Conversation) -> None:
    shown = retrieve_item(conversation, "reply")["item"]["content"][0]
    assert base64.b64decode(shown["audio"]) == bytes(48_000)
    assert "audio" not in next(iter(conversation)).wire()["content"][0]


def test_a_deleted_item_is_gone_for_all_commands(conversation: Conversation) -> None:
    delete_item(conversation, "reply")
    with pytest.raises(ProtocolError, match="reply") as refused:
        delete_item(conversation, "reply")
    assert refused.value.code == ErrorCode.ITEM_DELETE_MISSING
    with pytest.raises(ProtocolError, match="reply") as refused:
        retrieve_item(conversation, "reply")
    assert refused.value.code == ErrorCode.ITEM_RETRIEVE_MISSING
    with pytest.raises(ProtocolError, match="reply") as refused:
        truncate_item(conversation, truncation("reply", 0))
    assert refused.value.code == ErrorCode.ITEM_TRUNCATE_MISSING


def test_function_calls_and_their_outputs_keep_their_fields() -> None:
    call = {"type": "function_call", "name": "look_up", "arguments": "{}", "call_id": "call_1", "status": "completed"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "found", "id": "mine"}
    assert parse_item(call, "item_1", 100).wire() == {"id": "item_1", "object": "realtime.item", **call}
    shown = parse_item(output, "item_2", 100).wire()
    assert (shown["id"], shown["output"]) == ("mine", "found")


@pytest.mark.parametrize(
    ("item", "code", "param"),
    [
        ({}, ErrorCode.MISSING_PARAMETER, "item.type"),
        ({"type": "message", "content": []}, ErrorCode.MISSING_PARAMETER, "item.role"),
        ({"type": "message", "role": "bard", "content": []}, ErrorCode.INVALID_VALUE, "item.role"),
        ({"type": "message", "role": "user", "id": "", "content": []}, ErrorCode.INVALID_VALUE, "item.id"),
        ({"type": "function_call", "name": "f"}, ErrorCode.MISSING_PARAMETER, "item.arguments"),
        (
            {"type": "message", "role": "system", "content": [{"type": "input_audio"}]},
            ErrorCode.INVALID_VALUE,
            "item.content[0].type",
        ),
    ],
)
def test_what_is_no_item_is_refused_with_its_place(item: dict[str, Any], code: ErrorCode, param: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_item(item, "item_1", 100)
    assert (refused.value.code, refused.value.param) == (code, param)


def test_an_item_of_too_many_parts_is_refused() -> None:
    part = {"type": "input_audio", "audio": "AAAA"}
    assert len(parse_item({"type": "message", "role": "user", "content": [part] * 100}, "item_1", 100).parts) == 100
    with pytest.raises(ProtocolError, match=r"101 .* 100") as refused:
        parse_item({"type": "message", "role": "user", "content": [part] * 101}, "item_1", 100)
    assert (refused.value.code, refused.value.param) == (ErrorCode.ARRAY_TOO_LONG, "item.content")
