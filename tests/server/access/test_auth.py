"""What a request shows of itself, and which addresses only this computer reaches."""

import pytest
from websockets.datastructures import Headers

from server.access.auth import MalformedRequest, is_loopback, is_same_origin, presented_key


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        (Headers(), None),
        (Headers({"Authorization": "Bearer abc"}), "abc"),
        (Headers({"authorization": "bearer abc "}), "abc"),
        (Headers({"Authorization": "Basic abc"}), None),
        (Headers({"api-key": "abc"}), "abc"),
        (Headers({"Sec-WebSocket-Protocol": "realtime, openai-insecure-api-key.abc, other.1"}), "abc"),
        (
            Headers([("Sec-WebSocket-Protocol", "realtime"), ("Sec-WebSocket-Protocol", "openai-insecure-api-key.x")]),
            "x",
        ),
        (Headers({"Sec-WebSocket-Protocol": "realtime"}), None),
    ],
)
def test_the_key_is_found_where_clients_put_it(headers: Headers, key: str | None) -> None:
    assert presented_key(headers.get_all) == key


def test_a_key_shown_twice_is_refused() -> None:
    with pytest.raises(MalformedRequest, match="api-key"):
        presented_key(Headers([("api-key", "a"), ("api-key", "a")]).get_all)


@pytest.mark.parametrize(
    ("origin", "host", "allowed", "same"),
    [
        ("http://127.0.0.1:8765", "127.0.0.1:8765", (), True),
        ("https://Shop.example", "shop.example", (), True),
        ("https://evil.example", "127.0.0.1:8765", (), False),
        ("null", "127.0.0.1:8765", (), False),
        ("null", None, (), False),
        ("", "", (), False),
        ("https://shop.example", "127.0.0.1:8765", ("https://shop.example",), True),
        ("https://shop.example.evil", "127.0.0.1:8765", ("https://shop.example",), False),
        ("https://anyone.example", "127.0.0.1:8765", ("*",), True),
    ],
)
def test_only_our_own_pages_and_those_on_the_list_come_in(
    origin: str, host: str | None, allowed: tuple[str, ...], same: bool
) -> None:
    assert is_same_origin(origin, host, allowed) == same


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.7", False),
        ("shop.example", False),
    ],
)
def test_only_loopback_is_out_of_the_reach_of_others(host: str, alone: bool) -> None:
    assert is_loopback(host) == alone
