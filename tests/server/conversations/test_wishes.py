"""What a door may ask for."""

from collections.abc import Mapping, Sequence

import pytest

from server.conversations.wishes import CONVERSATION_HEADER, TOKEN_HEADER, USER_HEADER, Arrival, Named, New, Resumed
from server.conversations.wishes import arrival_of as read
from server.wire.messages import ProtocolError


def arrival_of(headers: Mapping[str, str] | None = None, **query: str) -> Arrival:
    def values(name: str) -> Sequence[str]:
        return [headers[name]] if headers and name in headers else []

    return read({name: [value] for name, value in query.items()}, values)


def test_a_client_that_asks_for_nothing_gets_a_new_conversation() -> None:
    assert arrival_of(model="shop") == Arrival(New(), None)


@pytest.mark.parametrize(
    "query",
    [
        {"intent": "transcription"},
        {"call_id": "rtc_1"},
        {"deployment": "shop", "api-version": "2026-01-01"},
        {"conversation": "", "resume_token": "", "user": ""},
    ],
)
def test_what_stock_clients_send_is_no_wish(query: dict[str, str]) -> None:
    assert arrival_of(None, **query) == Arrival(New(), None)


def test_a_client_goes_on_by_query_or_by_header_and_the_query_goes_first() -> None:
    resumed = Resumed("conv_1", "secret")
    headers = {CONVERSATION_HEADER: "conv_1", TOKEN_HEADER: "secret", USER_HEADER: "ann"}
    assert arrival_of(conversation="conv_1", resume_token="secret", user="ann") == Arrival(resumed, "ann")
    assert arrival_of(headers) == Arrival(resumed, "ann")
    assert arrival_of(headers, conversation="conv_2", replay_items="true") == Arrival(
        Resumed("conv_2", "secret"), "ann", replays_items=True
    )


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"conversation": "conv_1"}, "resume_token"),
        ({"resume_token": "secret"}, "conversation"),
        ({"conversation": "x" * 256, "resume_token": "secret"}, "conversation"),
        ({"user": "x" * 256}, "user"),
        ({"model": "shop", "resume": ""}, "resume"),
        ({"conversation_id": "conv_1", "resume_token": "secret"}, "conversation_id"),
    ],
)
def test_what_is_missing_or_too_long_is_named(query: dict[str, str], param: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read({name: [value] for name, value in query.items()}, lambda _: ())
    assert refused.value.param == param


@pytest.mark.parametrize("name", ["", "x" * 256, "conv_1"])
def test_a_door_cannot_give_such_a_name(name: str) -> None:
    with pytest.raises(ProtocolError):
        Named(name)
