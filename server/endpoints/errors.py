"""What is answered to a request that cannot be honoured: the error object of the OpenAI API, and its codes."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from starlette.responses import JSONResponse

from server.wire.messages import ErrorCode, ProtocolError, shortened


class Refusal(Enum):
    """Every reason for which a request is refused: its code and its HTTP status."""

    MALFORMED = "invalid_request", 400
    INVALID_VALUE = "invalid_value", 400
    MISSING_PARAMETER = "missing_required_parameter", 400
    UNUSABLE_AUDIO = "invalid_audio", 400
    AUDIO_TOO_LONG = "audio_too_long", 400
    INVALID_API_KEY = "invalid_api_key", 401
    FOREIGN_ORIGIN = "origin_not_allowed", 403
    NOT_ALLOWED = "key_not_allowed", 403
    NOT_FOUND = "not_found", 404
    MODEL_NOT_FOUND = "model_not_found", 404
    SOURCE_NOT_FOUND = "source_not_found", 404
    CONVERSATION_NOT_FOUND = "conversation_not_found", 404
    METHOD_NOT_ALLOWED = "method_not_allowed", 405
    TOO_SLOW = "request_timeout", 408
    RELOAD_REFUSED = "reload_refused", 409
    TOO_LARGE = "request_too_large", 413
    UPGRADE_REQUIRED = "upgrade_required", 426
    LIMIT_REACHED = "rate_limit_exceeded", 429
    SERVER_ERROR = "server_error", 500
    BUSY = "server_busy", 503

    @property
    def code(self) -> str:
        """The code on the wire."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[1]


class ApiError(Exception):
    """A request that is refused; the message names the value and what to do."""

    def __init__(
        self, refusal: Refusal, message: str, param: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.message = message
        self.param = param
        self.headers = headers


def error_body(refusal: Refusal, message: str, param: str | None = None) -> dict[str, Any]:
    """Write the error object."""
    kind = "server_error" if refusal.status >= 500 else "invalid_request_error"
    error = {"message": shortened(message, 2000), "type": kind, "code": refusal.code}
    return {"error": {**error, "param": param and shortened(param, 500)}}


def error_answer(error: ApiError) -> JSONResponse:
    """Answer with the error object."""
    body = error_body(error.refusal, error.message, error.param)
    return JSONResponse(body, error.refusal.status, error.headers)


def from_protocol(error: ProtocolError) -> ApiError:
    """Say what the protocol refused as a refused request."""
    refusal = {
        ErrorCode.MISSING_PARAMETER: Refusal.MISSING_PARAMETER,
        ErrorCode.CONFIGURATION_TOO_LARGE: Refusal.TOO_LARGE,
    }.get(error.code, Refusal.INVALID_VALUE)
    return ApiError(refusal, error.message, error.param)
