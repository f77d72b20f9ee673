"""Which path is answered by what, over real sockets; stand-in models."""

import pytest

from server.endpoints.application import REALTIME_PATHS
from server.options import ServerOptions
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/nothing", "/v1/audio/", "/v1/models/", "//", "/healthz/"])
async def test_unknown_paths_are_answered_as_json_with_bodies_or_without(method: str, path: str) -> None:
    async with serving() as (_, address):
        answer = await ask(address, method, path, b"x" * 100_000 if method != "GET" else None)
    assert (answer.status, answer.error["code"]) in {
        (404, "not_found"),
        (404, "model_not_found"),
        (405, "method_not_allowed"),
    }


async def test_a_method_that_is_not_served_is_named_with_those_that_are() -> None:
    async with serving() as (_, address):
        posted = await ask(address, "POST", "/healthz", b"{}")
        got = await ask(address, "GET", "/v1/reload")
    assert (posted.status, got.status) == (405, 405)
    assert posted.headers["allow"] == "GET, HEAD"
    assert got.headers["allow"] == "POST"
    assert "POST" in posted.error["message"]


@pytest.mark.parametrize("path", sorted(REALTIME_PATHS))
async def test_a_request_where_a_socket_is_says_so(path: str) -> None:
    async with serving() as (_, address):
        answer = await ask(address, "GET", path)
    assert (answer.status, answer.error["code"]) == (426, "upgrade_required")


async def test_pages_that_are_allowed_may_read_the_answers() -> None:
    options = ServerOptions(port=0, allowed_origins=("https://shop.example",))
    preflight = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization"}
    async with serving(options=options) as (_, address):
        asked = await ask(address, "OPTIONS", "/v1/models", Origin="https://shop.example", **preflight)
        read = await ask(address, "GET", "/v1/models", Origin="https://shop.example")
        refused = await ask(address, "OPTIONS", "/v1/models", Origin="https://evil.example", **preflight)
        foreign = await ask(address, "GET", "/v1/models", Origin="https://evil.example")
    assert (asked.status, read.status, refused.status, foreign.status) == (200, 200, 400, 403)
    assert asked.headers["access-control-allow-origin"] == "https://shop.example"
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    assert read.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in foreign.headers
    assert foreign.error["code"] == "origin_not_allowed"
