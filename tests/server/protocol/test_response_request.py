"""What a client may ask for with a response, over what its session has set."""

from itertools import count
from typing import Any

import pytest

from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.items import Item, Part
from server.protocol.response import ResponseOptions
from server.protocol.response_request import ResponseRequest, parse_response_request
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SessionConfig

DEFAULTS = ResponseOptions.of(SessionConfig())


def parse(**request: Any) -> ResponseRequest:
    numbers = count(1)
    limits = LimitOptions(max_items=2, max_item_parts=3, max_configuration_bytes=2000)
    return parse_response_request(request, DEFAULTS, lambda prefix: f"{prefix}_{next(numbers)}", limits)


def test_nothing_asked_for_is_what_the_session_has_set() -> None:
    assert parse() == ResponseRequest(DEFAULTS, None)


@pytest.mark.parametrize(
    ("request_fields", "option", "expected"),
    [
        ({"output_modalities": ["text"]}, "speaks", False),
        ({"max_output_tokens": 5}, "max_output_tokens", 5),
        ({"conversation": "none"}, "in_conversation", False),
        ({"conversation": "auto"}, "in_conversation", True),
        ({"metadata": {"a": "b"}}, "metadata", {"a": "b"}),
        ({"audio": {"output": {"speed": 0.5}}}, "speed", 0.5),
        ({"audio": {"output": {"voice": "ash"}}}, "voice", "ash"),
        ({"audio": {"output": {"format": {"type": "audio/pcma"}}}}, "audio_format", {"type": "audio/pcma"}),
    ],
)
def test_what_is_asked_for_goes_before_the_session(
    request_fields: dict[str, Any], option: str, expected: object
) -> None:
    assert getattr(parse(**request_fields).options, option) == expected


def test_what_steers_a_language_model_is_taken_without_effect() -> None:
    ignored = {"instructions": "Be kind.", "tools": [], "tool_choice": "auto", "prompt": {"id": "p"}, "reasoning": {}}
    assert parse(**ignored, parallel_tool_calls=True).options == DEFAULTS


def test_the_input_is_new_items_and_items_of_the_conversation_in_order() -> None:
    conversation = Conversation(LimitOptions())
    conversation.insert(Item("mine", role="user", parts=[Part("input_text", "earlier")]))
    new = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "now"}]}
    items = parse(input=[{"type": "item_reference", "id": "mine"}, new]).resolve(conversation)
    assert [(item.id, item.text) for item in items] == [("mine", "earlier"), ("item_1", "now")]
    assert parse(input=[]).resolve(conversation) == []


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(ProtocolError, match="gone") as refused:
        parse(input=[{"type": "item_reference", "id": "gone"}]).resolve(Conversation(LimitOptions()))
    assert refused.value.param == "response.input"


@pytest.mark.parametrize(
    ("request_fields", "param"),
    [
        ({"metadata": {str(number): "x" for number in range(17)}}, "response.metadata"),
        ({"metadata": {"x" * 65: "x"}}, "response.metadata"),
        ({"metadata": {"k": "x" * 513}}, "response.metadata.k"),
        ({"metadata": {"heedful.sources": "mine"}}, "response.metadata"),
        ({"max_output_tokens": 4097}, "response.max_output_tokens"),
        ({"conversation": "mine"}, "response.conversation"),
        ({"audio": {"output": {"speed": 3}}}, "response.audio.output.speed"),
    ],
)
def test_the_protocols_limits_are_kept(request_fields: dict[str, Any], param: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        parse(**request_fields)
    assert refused.value.code == ErrorCode.INVALID_VALUE
    assert (refused.value.param or "").startswith(param)


TEXT = {"type": "input_text", "text": "x" * 3000}


@pytest.mark.parametrize(
    ("request_fields", "code", "numbers"),
    [
        ({"instructions": "x" * 2000}, ErrorCode.CONFIGURATION_TOO_LARGE, "2000"),
        ({"audio": {"output": {"voice": "x" * 2000}}}, ErrorCode.CONFIGURATION_TOO_LARGE, "2000"),
        ({"input": [{"type": "message", "role": "user", "content": [TEXT]}] * 3}, ErrorCode.ARRAY_TOO_LONG, "3 .* 2"),
        ({"input": [{"type": "message", "role": "user", "content": [TEXT] * 4}]}, ErrorCode.ARRAY_TOO_LONG, "4 .* 3"),
    ],
)
def test_a_request_beyond_the_limits_is_refused(request_fields: dict[str, Any], code: ErrorCode, numbers: str) -> None:
    with pytest.raises(ProtocolError, match=numbers) as refused:
        parse(**request_fields)
    assert refused.value.code == code


def test_the_input_of_a_request_is_not_counted_as_its_configuration() -> None:
    assert parse(input=[{"type": "message", "role": "user", "content": [TEXT]}]).input
