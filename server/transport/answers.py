"""The HTTP answers that need no socket: JSON, errors, and the page."""

import http
import json
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Response

from server.protocol.messages import ErrorCode, ProtocolError, error_event

PAGE = Path(__file__).with_name("web") / "index.html"


def json_answer(connection: ServerConnection, status: http.HTTPStatus, body: dict[str, Any]) -> Response:
    """Answer with this JSON."""
    response = connection.respond(status, json.dumps(body) + "\n")
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response


def refusal(
    connection: ServerConnection,
    status: http.HTTPStatus,
    message: str,
    code: ErrorCode = ErrorCode.INVALID_VALUE,
) -> Response:
    """Answer with the protocol's error object."""
    return json_answer(connection, status, {"error": error_event(ProtocolError(code, message))["error"]})


def page(connection: ServerConnection) -> Response:
    """Answer with the page to talk and type with the assistant."""
    response = connection.respond(http.HTTPStatus.OK, PAGE.read_text(encoding="utf-8"))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response
