"""The HTTP answers to a socket that is refused, as JSON."""

import http
import json
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Response

from server.wire.messages import ErrorCode, ProtocolError, error_event


def refusal(
    connection: ServerConnection,
    status: http.HTTPStatus,
    message: str,
    code: ErrorCode = ErrorCode.INVALID_VALUE,
) -> Response:
    """Answer with the protocol's error object."""
    return _typed(connection.respond(status, json.dumps(_error(code, message)) + "\n"))


def code_of(refused: Response) -> str:
    """Read the code of the error out of an answer that `refusal` has made."""
    code: str = json.loads(refused.body)["error"]["code"]
    return code


def as_json(response: Response) -> None:
    """Turn a refusal in plain text into one with the protocol's error object; leave every other answer."""
    if not response.headers["Content-Type"].startswith("text/plain"):
        return
    code = ErrorCode.SERVER_ERROR if response.status_code >= 500 else ErrorCode.INVALID_VALUE
    message = response.body.decode(errors="replace").strip()
    response.body = (json.dumps(_error(code, message)) + "\n").encode()
    del response.headers["Content-Length"]
    response.headers["Content-Length"] = str(len(response.body))
    _typed(response)


def _error(code: ErrorCode, message: str) -> dict[str, Any]:
    return {"error": error_event(ProtocolError(code, message))["error"]}


def _typed(response: Response) -> Response:
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response
