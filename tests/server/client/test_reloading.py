"""The client's side of a reload; tests/server/transport/test_reload_requests.py has the server's."""

import socket
import threading

import pytest

from server.client.realtime_client import ClientError
from server.client.reloading import reload_server


def address_that_answers(answer: bytes) -> str:
    """Where somebody answers one connection with these bytes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as connection:
            connection.recv(65_536)
            connection.sendall(answer)

    threading.Thread(target=serve).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}/v1/reload"


def test_nobody_there_is_an_error_with_the_command_that_starts_a_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for scheme in ("http", "ws"):
        with pytest.raises(ClientError, match="heedful serve"):
            reload_server(f"{scheme}://127.0.0.1:{port}/v1/reload")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1:8765/v1/reload", "127.0.0.1:8765", ""])
def test_an_address_that_is_none_is_named_with_one_that_is(url: str) -> None:
    with pytest.raises(ClientError, match="http://127.0.0.1:8765/v1/reload") as refused:
        reload_server(url)
    assert repr(url) in str(refused.value)


@pytest.mark.parametrize("body", [b"gone", b"[]", b'{"error": "gone"}'])
def test_a_refusal_of_somebody_else_is_shown_by_its_status(body: bytes) -> None:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n" % len(body)
    with pytest.raises(ClientError, match="404"):
        reload_server(address_that_answers(head + body))


def test_somebody_who_does_not_speak_http_is_an_error() -> None:
    with pytest.raises(ClientError, match="BadStatusLine"):
        reload_server(address_that_answers(b"220 mail\r\n"))
