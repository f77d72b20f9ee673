"""The words of the wire: client events in, server events out, and the one table of error codes.

Source: the OpenAI Realtime API (GA) reference, https://platform.openai.com/docs/api-reference/realtime.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

ServerEvent: TypeAlias = dict[str, Any]
"""One JSON object of the wire; the session adds its `event_id`."""


MAX_EVENT_ID = 512

Model = TypeVar("Model", bound=BaseModel)


class ErrorCode(StrEnum):
    """Every error code this server sends."""

    INVALID_EVENT = "invalid_event"
    INVALID_TYPE = "invalid_type"
    INVALID_VALUE = "invalid_value"
    MISSING_PARAMETER = "missing_required_parameter"
    UNKNOWN_PARAMETER = "unknown_parameter"
    INVALID_API_KEY = "invalid_api_key"
    SESSION_EXPIRED = "session_expired"
    CANNOT_UPDATE_VOICE = "cannot_update_voice"
    UNSUPPORTED_CONTENT_TYPE = "unsupported_content_type"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    CONVERSATION_FULL = "conversation_full"
    CONFIGURATION_TOO_LARGE = "configuration_too_large"
    TOO_MANY_RESPONSES = "too_many_responses"
    ARRAY_TOO_LONG = "array_above_max_length"
    STRING_TOO_LONG = "string_above_max_length"
    COMMIT_EMPTY = "input_audio_buffer_commit_empty"
    BUFFER_FULL = "input_audio_buffer_full"
    RESPONSE_ACTIVE = "conversation_already_has_active_response"
    CANCEL_NOT_ACTIVE = "response_cancel_not_active"
    UNKNOWN_TOOL_CALL = "invalid_tool_call_id"
    TOOL_NOT_CALLED = "tool_not_called"
    ITEM_EXISTS = "item_create_duplicate_item_id"
    PREVIOUS_ITEM_MISSING = "item_create_invalid_previous_item_id"
    ITEM_DELETE_MISSING = "item_delete_invalid_item_id"
    ITEM_RETRIEVE_MISSING = "item_retrieve_invalid_item_id"
    ITEM_TRUNCATE_MISSING = "item_truncate_invalid_item_id"
    LIMIT_REACHED = "rate_limit_exceeded"
    BUSY = "server_busy"
    STOPPING = "server_stopping"
    SERVER_ERROR = "server_error"


_OUR_FAULT = {ErrorCode.BUSY, ErrorCode.STOPPING, ErrorCode.SERVER_ERROR}


class ProtocolError(Exception):
    """A client event that cannot be honoured; it is answered with an `error` event and the session goes on."""

    def __init__(self, code: ErrorCode, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.param = param

    @property
    def type(self) -> str:
        """The kind of error on the wire: whether the server is at fault or the request."""
        return "server_error" if self.code in _OUR_FAULT else "invalid_request_error"


class StrictModel(BaseModel):
    """A piece of the wire as a client sends it: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _ClientEvent(StrictModel):
    event_id: Annotated[str, Field(max_length=MAX_EVENT_ID)] | None = None


class SessionUpdate(_ClientEvent):
    type: Literal["session.update"]
    session: dict[str, Any]


class AudioAppend(_ClientEvent):
    type: Literal["input_audio_buffer.append"]
    audio: str


class AudioCommit(_ClientEvent):
    type: Literal["input_audio_buffer.commit"]


class AudioClear(_ClientEvent):
    type: Literal["input_audio_buffer.clear"]


class ItemCreate(_ClientEvent):
    type: Literal["conversation.item.create"]
    item: dict[str, Any]
    previous_item_id: str | None = None


class ItemRetrieve(_ClientEvent):
    type: Literal["conversation.item.retrieve"]
    item_id: str


class ItemTruncate(_ClientEvent):
    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: Annotated[int, Field(ge=0)]
    audio_end_ms: Annotated[int, Field(ge=0)]


class ItemDelete(_ClientEvent):
    type: Literal["conversation.item.delete"]
    item_id: str


class ResponseCreate(_ClientEvent):
    type: Literal["response.create"]
    response: dict[str, Any] | None = None


class ResponseCancel(_ClientEvent):
    type: Literal["response.cancel"]
    response_id: str | None = None


class OutputAudioClear(_ClientEvent):
    type: Literal["output_audio_buffer.clear"]


ClientEvent: TypeAlias = (
    SessionUpdate
    | AudioAppend
    | AudioCommit
    | AudioClear
    | ItemCreate
    | ItemRetrieve
    | ItemTruncate
    | ItemDelete
    | ResponseCreate
    | ResponseCancel
    | OutputAudioClear
)

_EVENTS: dict[str, type[ClientEvent]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(ClientEvent)
}


def _path(names: Sequence[str | int], value: object, last_is_missing: bool) -> list[str]:
    """Find the client's own names in a path of pydantic's, which names the members of unions, too."""
    path = []
    for at, name in enumerate(names):
        inner = _inner(value, name)
        if inner is not None:
            path.append(str(name))
            (value,) = inner
        elif last_is_missing and at == len(names) - 1:
            path.append(str(name))
    return path


def _inner(value: object, name: str | int) -> tuple[object] | None:
    if isinstance(value, list) and isinstance(name, int) and name < len(value):
        return (value[name],)
    if isinstance(value, dict) and name in value and value.get("type") != name:
        return (value[name],)
    return None


def check_length(values: object, most: int, param: str) -> None:
    """Raise ProtocolError if this is a list of more than `most` values."""
    if isinstance(values, list) and len(values) > most:
        message = f"'{param}' has {len(values)} entries, and may have {most}: send fewer."
        raise ProtocolError(ErrorCode.ARRAY_TOO_LONG, message, param)


def check_json_bytes(value: dict[str, Any], most: int, param: str) -> None:
    """Raise ProtocolError if the value takes more than `most` bytes as JSON."""
    size = len(json.dumps(value, ensure_ascii=False).encode())
    if size > most:
        message = (
            f"'{param}' takes {size} bytes as JSON, and may take {most}: send shorter instructions or fewer tools."
        )
        raise ProtocolError(ErrorCode.CONFIGURATION_TOO_LARGE, message, param)


def parse_client_event(value: dict[str, Any]) -> ClientEvent:
    """Read the client event in a decoded frame.

    Raises:
        ProtocolError: an unknown type, or a field that is missing, unknown or of the wrong kind.
    """
    kind = value.get("type")
    if kind is None:
        raise ProtocolError(ErrorCode.MISSING_PARAMETER, "Missing required parameter: 'type'.", "type")
    model = _EVENTS.get(kind) if isinstance(kind, str) else None
    if model is None:
        supported = ", ".join(f"'{name}'" for name in _EVENTS)
        raise ProtocolError(
            ErrorCode.INVALID_VALUE, f"Invalid value: {kind!r:.80}. Supported values are: {supported}.", "type"
        )
    return validate(model, value)


def validate(model: type[Model], value: dict[str, Any], prefix: str = "") -> Model:
    """Read `value` as a `model`; the first thing wrong with it is raised as a ProtocolError with its dotted path."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _explain(error, value, prefix) from error


def _explain(error: ValidationError, value: dict[str, Any], prefix: str) -> ProtocolError:
    first = error.errors(include_url=False)[0]
    param = ".".join(([prefix] if prefix else []) + _path(first["loc"], value, first["type"] == "missing"))
    if first["type"] == "missing":
        return ProtocolError(ErrorCode.MISSING_PARAMETER, f"Missing required parameter: '{param}'.", param)
    if first["type"] == "extra_forbidden":
        return ProtocolError(ErrorCode.UNKNOWN_PARAMETER, f"Unknown parameter: '{param}'.", param)
    if first["type"].endswith("_type") or first["type"].endswith("_parsing"):
        return ProtocolError(
            ErrorCode.INVALID_TYPE, f"Invalid type for '{param}': {first['msg']}, got {first['input']!r:.80}.", param
        )
    return ProtocolError(
        ErrorCode.INVALID_VALUE, f"Invalid value for '{param}': {first['msg']}, got {first['input']!r:.80}.", param
    )


def shortened(text: str, length: int) -> str:
    """Cut what quotes a client to that many characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def error_event(error: ProtocolError, client_event_id: str | None = None) -> ServerEvent:
    """Write the `error` event that answers the client event of that id."""
    return {
        "type": "error",
        "error": {
            "type": error.type,
            "code": error.code.value,
            "message": shortened(error.message, 2000),
            "param": error.param and shortened(error.param, 500),
            "event_id": client_event_id,
        },
    }


def rate_limits_event(most: int, under_way: int) -> ServerEvent:
    """Write the `rate_limits.updated` event: how many recordings and responses may be under way, and how many more.

    A place is free again as soon as one of them has ended, and tokens are not limited.
    """
    remaining = max(0, most - under_way)
    limit = {"name": "requests", "limit": most, "remaining": remaining, "reset_seconds": 0.0}
    return {"type": "rate_limits.updated", "rate_limits": [limit]}


def usage(input_text: str, output_text: str) -> dict[str, Any]:
    """Count a response's usage in words: Heedful has no tokens to bill, and clients read the fields unasked."""
    heard, said = len(input_text.split()), len(output_text.split())
    return {
        "total_tokens": heard + said,
        "input_tokens": heard,
        "output_tokens": said,
        "input_token_details": {
            "text_tokens": heard,
            "audio_tokens": 0,
            "image_tokens": 0,
            "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": said, "audio_tokens": 0},
    }
