"""What the server's own settings refuse, and what they name when they do."""

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from server.options import LimitOptions, PathOptions, ServerOptions


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("port", 0, 65535),
        ("max_sessions", 1, 10**6),
        ("threads", 1, 10**6),
        ("max_turns_per_session", 2, 10**6),
        ("session_minutes", 0.001, 1e9),
        ("drain_seconds", 0, 1e9),
        ("unread_seconds", 0.001, 1e9),
        ("watch_seconds", 0, 1e9),
    ],
)
def test_the_ends_of_each_range_are_taken(name: str, least: float, most: float) -> None:
    for value in (least, most):
        changes: dict[str, Any] = {name: value}
        assert getattr(replace(ServerOptions(), **changes), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", -1),
        ("port", 65536),
        ("max_sessions", 0),
        ("threads", 0),
        ("max_turns_per_session", 1),
        ("session_minutes", 0),
        ("session_minutes", float("inf")),
        ("session_minutes", float("nan")),
        ("drain_seconds", -1),
        ("drain_seconds", float("nan")),
        ("unread_seconds", 0),
        ("unread_seconds", float("inf")),
        ("watch_seconds", -1),
        ("watch_seconds", float("inf")),
        ("watch_seconds", float("nan")),
    ],
)
def test_what_is_out_of_range_is_named_with_its_value(name: str, value: float) -> None:
    changes: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        replace(ServerOptions(), **changes)


def test_a_log_has_one_of_two_forms() -> None:
    assert ServerOptions(log_format="json").log_format == "json"
    with pytest.raises(ValueError, match="'xml'; give text or json"):
        ServerOptions(log_format="xml")


def test_options_do_not_change_and_equal_ones_are_the_same() -> None:
    for kind in (ServerOptions, PathOptions):
        assert len({kind(), kind()}) == 1
    with pytest.raises(FrozenInstanceError):
        ServerOptions().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", [limit.name for limit in fields(LimitOptions)])
def test_a_limit_of_a_session_is_at_least_one(name: str) -> None:
    least: dict[str, Any] = {name: 1}
    assert getattr(LimitOptions(**least), name) == 1
    nothing: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match=f"{name} is 0"):
        LimitOptions(**nothing)


@pytest.mark.parametrize("key", ["schlüssel", " sesame", "sesame\n", "se\x00same"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="api_key"):
        ServerOptions(api_key=key)


def test_a_key_may_hold_any_sign_of_ascii() -> None:
    assert ServerOptions(api_key="sk-a_b.c!d e~").api_key == "sk-a_b.c!d e~"
