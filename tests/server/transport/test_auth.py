"""The three places where a client may show its key."""

import pytest
from websockets.datastructures import Headers

from server.transport.auth import is_allowed, presented_key


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
    assert presented_key(headers) == key


def test_without_a_key_set_everyone_comes_in_and_with_one_only_its_holders() -> None:
    assert is_allowed(Headers(), "")
    assert not is_allowed(Headers(), "abc")
    assert not is_allowed(Headers({"api-key": "ab"}), "abc")
    assert not is_allowed(Headers({"api-key": ""}), "abc")
    assert is_allowed(Headers({"api-key": "abc"}), "abc")
