"""Who is let in, over real sockets; stand-in models."""

import pytest

from server.options import ServerOptions
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask

LOCKED = ServerOptions(port=0, api_key="sesame")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer sesame"}, 200),
        ({"api_key": "sesame"}, 200),
        ({"api_key": "sesame", "Origin": "http://ADDRESS"}, 200),
        ({"api_key": "sesame", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer SESAME"}, 401),
        ({"Authorization": "Basic sesame"}, 401),
        ({}, 401),
    ],
)
async def test_those_with_the_key_and_of_no_foreign_page_come_in(headers: dict[str, str], status: int) -> None:
    async with serving(options=LOCKED) as (_, address):
        named = {name: value.replace("ADDRESS", address) for name, value in headers.items()}
        answer = await ask(address, "GET", "/v1/models", **named)
    assert answer.status == status


async def test_work_waits_for_the_models_and_ends_with_the_server() -> None:
    async with serving() as (app, address):
        models, app.assistant = app.assistant, None
        loading = await ask(address, "POST", "/v1/reload", b"")
        app.assistant = models
        await app.drain()
        stopping = await ask(address, "POST", "/v1/reload", b"")
    assert (loading.status, loading.error["code"]) == (503, "server_busy")
    assert (stopping.status, stopping.headers["retry-after"]) == (503, "10")
