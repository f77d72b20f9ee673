"""The HTTP answers that need no socket: JSON, errors, and the page."""

import http
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Response

from server.wire.messages import ErrorCode, ProtocolError, error_event

PAGE = Path(__file__).with_name("web") / "index.html"


def json_answer(connection: ServerConnection, status: http.HTTPStatus, body: dict[str, Any]) -> Response:
    """Answer with this JSON."""
    return _typed(connection.respond(status, json.dumps(body) + "\n"), "application/json")


def refusal(
    connection: ServerConnection,
    status: http.HTTPStatus,
    message: str,
    code: ErrorCode = ErrorCode.INVALID_VALUE,
) -> Response:
    """Answer with the protocol's error object."""
    return json_answer(connection, status, _error(code, message))


def not_allowed(connection: ServerConnection, method: str) -> Response:
    """Answer a request that is no GET."""
    answer = refusal(connection, http.HTTPStatus.METHOD_NOT_ALLOWED, f"{method} is not served: send GET")
    answer.headers["Allow"] = "GET, HEAD"
    return answer


def as_json(response: Response) -> None:
    """Turn a refusal in plain text into one with the protocol's error object; leave every other answer."""
    if not response.headers["Content-Type"].startswith("text/plain"):
        return
    code = ErrorCode.SERVER_ERROR if response.status_code >= 500 else ErrorCode.INVALID_VALUE
    message = response.body.decode(errors="replace").strip()
    response.body = (json.dumps(_error(code, message)) + "\n").encode()
    del response.headers["Content-Length"]
    response.headers["Content-Length"] = str(len(response.body))
    _typed(response, "application/json")


def page(connection: ServerConnection) -> Response:
    """Answer with the page to talk and type with the assistant."""
    return _typed(connection.respond(http.HTTPStatus.OK, PAGE.read_text(encoding="utf-8")), "text/html; charset=utf-8")


def _error(code: ErrorCode, message: str) -> dict[str, Any]:
    return {"error": error_event(ProtocolError(code, message))["error"]}


def _typed(response: Response, content_type: str) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    return response
