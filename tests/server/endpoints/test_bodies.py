"""How much of a body is read, and how slowly."""

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from server.endpoints.bodies import FIRST_SECONDS, bounded, read_json
from server.endpoints.errors import ApiError, Refusal


def sent(*pieces: bytes, length: int | None = None) -> Request:
    """A request whose body comes in pieces."""
    messages: Iterator[Message] = iter(
        [
            {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
            for number, piece in enumerate(pieces, 1)
        ]
    )

    async def receive() -> Message:
        return next(messages)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


async def test_a_body_up_to_the_limit_is_read_and_a_longer_one_is_not() -> None:
    assert await bounded(sent(b"12", b"34"), 4).body() == b"1234"
    with pytest.raises(ApiError, match="4 bytes") as refused:
        await bounded(sent(b"12", b"345"), 4).body()
    assert refused.value.refusal is Refusal.TOO_LARGE


def test_a_body_that_says_it_is_longer_is_not_read_at_all() -> None:
    with pytest.raises(ApiError, match="4 bytes"):
        bounded(sent(length=5), 4)


async def test_a_body_that_drips_is_given_up() -> None:
    times = iter([0.0, FIRST_SECONDS / 2, FIRST_SECONDS + 1])
    with pytest.raises(ApiError) as refused:
        await bounded(sent(b"1", b"2", b"3"), 100, lambda: next(times)).body()
    assert refused.value.refusal is Refusal.TOO_SLOW


async def test_a_body_that_is_long_may_take_longer() -> None:
    times = iter([0.0, 1.0, FIRST_SECONDS + 1])
    assert len(await bounded(sent(b"x" * 10_000, b"y"), 20_000, lambda: next(times)).body()) == 10_001


async def test_an_object_is_read_and_nothing_else() -> None:
    assert await read_json(sent(b'{"a": 1}'), 100) == {"a": 1}
    assert await read_json(sent(b""), 100) == {}
    assert await read_json(sent(b'{"a": "\\ud83d!"}'), 100) == {"a": "?!"}
    assert await read_json(sent(b'{"a": "\xed\xa0\xbd!"}'), 100) == {"a": "?!"}
    assert await read_json(sent('{"a": "é"}'.encode("utf-16")), 100) == {"a": "é"}
    for body in (b"[]", b"1", b"{", b"\xff", b'{"a": Infinity}'):
        with pytest.raises(ApiError):
            await read_json(sent(body), 100)
