"""Asks a server over plain HTTP, as curl does."""

import asyncio
import http.client
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The error object, which is all there is."""
        body = self.json()
        assert set(body) == {"error"}
        assert set(body["error"]) >= {"message", "type", "code", "param"}
        error: dict[str, Any] = body["error"]
        return error


def fetch(
    address: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    connection = http.client.HTTPConnection(address, timeout=20)
    try:
        with suppress(BrokenPipeError):  # a server that refuses a body does not read all of it
            connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


async def ask(address: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """The answer; a body that is not bytes is sent as JSON, and underscores in header names stand for dashes."""
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await asyncio.to_thread(fetch, address, method, path, sent, named)
