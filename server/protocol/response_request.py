"""What `response.create` may ask for, over the session's own settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.item_commands import parse_item
from server.protocol.items import Item
from server.protocol.response import ResponseOptions
from server.tools.offers import client_tools, unmet
from server.wire.messages import ErrorCode, ProtocolError, StrictModel, check_json_bytes, check_length, validate
from server.wire.metadata import MAX_METADATA_KEY, MAX_METADATA_PAIRS, MAX_METADATA_VALUE, RESERVED_PREFIX
from server.wire.model_settings import Prompt, Reasoning, Tool, ToolChoice
from server.wire.session_config import AudioFormat, VoiceId


class _Output(StrictModel):
    format: AudioFormat | None = None
    voice: str | VoiceId | None = None
    speed: Annotated[float, Field(ge=0.25, le=1.5)] | None = None


class _Audio(StrictModel):
    output: _Output | None = None


_Key = Annotated[str, Field(max_length=MAX_METADATA_KEY)]
_Value = Annotated[str, Field(max_length=MAX_METADATA_VALUE)]


class _Request(StrictModel):
    conversation: Literal["auto", "none"] | None = None
    output_modalities: Annotated[list[Literal["text", "audio"]], Field(min_length=1, max_length=1)] | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=4096)] | Literal["inf"] | None = None
    metadata: Annotated[dict[_Key, _Value], Field(max_length=MAX_METADATA_PAIRS)] | None = None
    input: list[dict[str, Any]] | None = None
    audio: _Audio | None = None
    tools: list[Tool] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    # For language models: taken so that stock clients work, without effect on the answer.
    instructions: str | None = None
    reasoning: Reasoning | None = None
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class ResponseRequest:
    """A checked `response.create`; `input` is None when the conversation itself is to be answered."""

    options: ResponseOptions
    input: tuple[Item | str, ...] | None

    def resolve(self, conversation: Conversation) -> list[Item]:
        """Find the input items; references are looked up in the conversation.

        Raises:
            ProtocolError: a reference to an item that does not exist.
        """
        items: list[Item] = []
        for entry in self.input or ():
            item = conversation.get(entry) if isinstance(entry, str) else entry
            if item is None:
                raise ProtocolError(ErrorCode.INVALID_VALUE, f"Item with item_id not found: {entry}", "response.input")
            items.append(item)
        return items


def parse_response_request(
    value: dict[str, Any], defaults: ResponseOptions, make_id: Callable[[str], str], limits: LimitOptions
) -> ResponseRequest:
    """Read the request in `response.create.response`, over `defaults`.

    Raises:
        ProtocolError: a field is unknown, its value not allowed, or the request beyond the limits.
    """
    check_length(value.get("input"), limits.max_items, "response.input")
    fields = {key: field for key, field in value.items() if key != "input"}
    check_json_bytes(fields, limits.max_configuration_bytes, "response")
    request = validate(_Request, value, "response")
    _check_metadata(request.metadata or {})
    options = replace(defaults, metadata=request.metadata, in_conversation=request.conversation != "none")
    if request.output_modalities is not None:
        options = replace(options, speaks=request.output_modalities == ["audio"])
    if request.max_output_tokens is not None:
        options = replace(options, max_output_tokens=request.max_output_tokens)
    output = request.audio.output if request.audio else None
    if output is not None:
        chosen = output.model_dump(exclude_none=True)
        options = replace(
            options,
            audio_format=chosen.get("format", options.audio_format),
            voice=chosen.get("voice", options.voice),
            speed=chosen.get("speed", options.speed),
        )
    options = _with_tools(options, request)
    if request.input is None:
        return ResponseRequest(options, None)
    return ResponseRequest(options, tuple(_input_item(entry, make_id, limits) for entry in request.input))


def _with_tools(options: ResponseOptions, request: _Request) -> ResponseOptions:
    if request.tools is not None:
        options = replace(options, tools=client_tools(request.tools))
    if request.tool_choice is not None:
        options = replace(options, tool_choice=request.tool_choice)
    if request.parallel_tool_calls is not None:
        options = replace(options, parallel_tool_calls=request.parallel_tool_calls)
    if reason := unmet(options.offer):
        message = f"Invalid value for 'response.tool_choice': {reason}"
        raise ProtocolError(ErrorCode.INVALID_VALUE, message, "response.tool_choice")
    return options


def _check_metadata(metadata: dict[str, str]) -> None:
    for key in metadata:
        if key.startswith(RESERVED_PREFIX):
            raise ProtocolError(
                ErrorCode.INVALID_VALUE,
                f"Invalid value for 'response.metadata': the key '{key}' is reserved, as all that begin with "
                f"'{RESERVED_PREFIX}'. Choose another name.",
                "response.metadata",
            )


def _input_item(entry: dict[str, Any], make_id: Callable[[str], str], limits: LimitOptions) -> Item | str:
    if entry.get("type") == "item_reference":
        return str(entry.get("id", ""))
    own_id = make_id("item")
    item = parse_item(entry, own_id, limits.max_item_parts)
    return replace(item, id=own_id)  # whatever the client calls it: the conversation may have that
