"""Answers over plain HTTP, as a browser or curl gets them."""

import asyncio
import http
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any, TypeAlias

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from server.transport.answers import as_json, refusal
from server.wire.messages import ErrorCode

Answer: TypeAlias = Callable[[ServerConnection], Response]


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """The address of a server that answers every request so."""

    def process(connection: ServerConnection, _: Request) -> Response:
        return answer(connection)

    async def unused(_: ServerConnection) -> None:
        """Nothing is upgraded here."""

    async with serve(unused, "127.0.0.1", 0, process_request=process) as server:
        yield f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer as it came over the wire."""

    status: int
    headers: Message
    text: str

    def json(self) -> Any:
        """What its JSON says."""
        return json.loads(self.text)


def _fetch(url: str) -> Fetched:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return Fetched(response.status, response.headers, response.read().decode())
    except urllib.error.HTTPError as error:
        return Fetched(error.code, error.headers, error.read().decode())


async def fetched(answer: Answer) -> Fetched:
    async with answering(answer) as url:
        return await asyncio.to_thread(_fetch, url)


async def test_a_refusal_has_the_protocols_error() -> None:
    answer = await fetched(lambda c: refusal(c, http.HTTPStatus.UNAUTHORIZED, "no key", ErrorCode.INVALID_API_KEY))
    error = answer.json()["error"]
    assert answer.status == 401
    assert (error["message"], error["code"]) == ("no key", ErrorCode.INVALID_API_KEY.value)


@pytest.mark.parametrize(("status", "kind"), [(400, "invalid_request_error"), (500, "server_error")])
async def test_a_plain_refusal_becomes_json_of_the_right_length(status: int, kind: str) -> None:
    def plain(connection: ServerConnection) -> Response:
        response = connection.respond(http.HTTPStatus(status), "broken: ä\n")
        as_json(response)
        return response

    answer = await fetched(plain)
    assert answer.status == status
    assert (answer.json()["error"]["message"], answer.json()["error"]["type"]) == ("broken: ä", kind)


async def test_a_refusal_keeps_its_form_when_it_is_made_json() -> None:
    def twice(connection: ServerConnection) -> Response:
        response = refusal(connection, http.HTTPStatus.FORBIDDEN, "no")
        as_json(response)
        return response

    answer = await fetched(twice)
    assert answer.json()["error"]["message"] == "no"
    assert answer.headers.get_all("content-type") == ["application/json"]
