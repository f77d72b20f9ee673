"""Requests that nobody understands get an error as JSON, whatever is in them; raw bytes over real sockets."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.options import ServerOptions
from server.transport.requests import parse_target
from tests.server.conftest import serving

UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
TARGET_SIGNS = "".join(sign for sign in map(chr, range(128)) if sign not in " \r\n")
VALUE_SIGNS = "\t" + "".join(map(chr, [*range(0x20, 0x7F), *range(0x80, 0x100)]))
PATHS = st.sampled_from(["/v1/realtime", "/v1/reload", "/healthz", "/readyz", "/", "", "//", "http://x"])
HEADERS = st.sampled_from(
    ["Authorization", "api-key", "Origin", "Host", "Upgrade", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"]
)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A server with a key, on a loop of its own: examples of one test cannot share the test's."""
    found: list[tuple[str, int]] = []
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with serving(options=ServerOptions(port=0, api_key="sesame")) as (_, place):
            host, port = place.split(":")
            found.append((host, int(port)))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


async def exchange(address: tuple[str, int], request: str) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request.encode("latin-1"))
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    if b" 101 " not in answer.split(b"\r\n")[0] and not request.startswith("HEAD"):
        size = re.search(rb"content-length: (\d+)", answer.lower())
        assert size is not None
        answer += await asyncio.wait_for(reader.readexactly(int(size[1])), 10)
    writer.close()
    await writer.wait_closed()
    return answer


def ask(address: tuple[str, int], request: str) -> tuple[int, str, str]:
    """The status, the head and the body of the answer to these raw bytes."""
    head, _, body = asyncio.run(exchange(address, request)).decode().partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def error_message(body: str) -> str:
    return str(json.loads(body)["error"]["message"])


@pytest.mark.parametrize("target", ["//[", "http://[", "//a]b"])
def test_a_target_that_is_no_address_is_not_found(address: tuple[str, int], target: str) -> None:
    for upgrade in ("", UPGRADE):
        status, _, body = ask(address, f"GET {target} HTTP/1.1\r\nHost: x\r\n{upgrade}\r\n")
        assert status == 404
        assert target in error_message(body)


@pytest.mark.parametrize("name", ["Authorization", "api-key"])
def test_a_key_shown_twice_gets_400(address: tuple[str, int], name: str) -> None:
    two = f"{name}: Bearer sesame\r\n{name}: Bearer sesame\r\n"
    status, _, body = ask(address, f"GET /v1/realtime HTTP/1.1\r\nHost: x\r\n{UPGRADE}{two}\r\n")
    assert status == 400
    assert name in error_message(body)


@pytest.mark.parametrize(
    ("line", "headers", "expected"),
    [
        ("GET /v1/realtime HTTP/1.1", "", 426),
        ("GET /v1/realtime HTTP/1.1", UPGRADE.replace("13", "12"), 400),
        ("GET /v1/realtime HTTP/1.1", UPGRADE + "Sec-WebSocket-Version: 13\r\n", 400),
        ("GET /v1/realtime HTTP/1.0", UPGRADE, 426),
        ("GET /v1/realtime HTTP/1.1", UPGRADE + "Content-Length: 0\r\n", 426),
        ("DELETE /v1/realtime HTTP/1.1", UPGRADE, 405),
        ("DELETE /healthz HTTP/1.1", "", 405),
        ("DELETE /nothing HTTP/1.1", "", 404),
    ],
)
def test_what_no_socket_is_opened_for_gets_its_reason_as_json(
    address: tuple[str, int], line: str, headers: str, expected: int
) -> None:
    status, head, body = ask(address, f"{line}\r\nHost: x\r\nAuthorization: Bearer sesame\r\n{headers}\r\n")
    assert status == expected
    assert error_message(body)
    assert f"content-length: {len(body)}" in head.lower()
    assert ("\nallow: " in head.lower()) == (expected == 405)


def test_a_head_request_gets_the_head_alone(address: tuple[str, int]) -> None:
    status, head, body = ask(address, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (status, body) == (200, "")
    assert "content-length: 15" in head


@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "get", "X"]),
    path=PATHS,
    rest=st.text(TARGET_SIGNS, max_size=20),
    headers=st.lists(st.tuples(HEADERS, st.text(VALUE_SIGNS, max_size=20)), max_size=4),
    upgrades=st.booleans(),
)
def test_no_request_makes_the_server_fail(
    address: tuple[str, int],
    method: str,
    path: str,
    rest: str,
    headers: list[tuple[str, str]],
    upgrades: bool,
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers) + (UPGRADE if upgrades else "")
    status, _, body = ask(address, f"{method} {path}{rest or '?'} HTTP/1.1\r\n{lines}\r\n")
    assert status in {101, 200} or 400 <= status < 500 or status == 503
    if status >= 400 and method != "HEAD":
        assert error_message(body)


def test_a_query_is_decoded_and_the_path_is_not() -> None:
    target = parse_target("/v1/%72ealtime?model=a%20shop&model=b&intent=")
    assert (target.path, target.query) == ("/v1/%72ealtime", {"model": ["a shop", "b"], "intent": [""]})
