"""What the stock client's own types say of a server event: the oracle for whatever the server sends in any test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openai.types.realtime import realtime_server_event
from pydantic import BaseModel, TypeAdapter

from server.protocol.outputs import Send

_BY_TYPE: dict[str, TypeAdapter[Any]] = {
    model.model_fields["type"].annotation.__args__[0]: TypeAdapter(model)
    for model in realtime_server_event.RealtimeServerEvent.__origin__.__args__
    if hasattr(model, "model_fields") and "type" in model.model_fields
}
"""The members of the union that `type` tells apart: of one of them, what is wrong can be read."""

_AS_SENT = frozenset({"tools", "tool_choice", "tracing", "prompt", "truncation", "reasoning"})
"""Settings of a language model, which come back with whatever the client had put into them."""


_READ_ONLY = {
    f"session.{kind}.session.{name}" for kind in ("created", "updated") for name in ("id", "object", "expires_at")
}
"""What the service adds to the settings; the types of both events are those of a request, which lacks it."""

_OWN = {"session.created.session.heedful", "response.done.response.heedful"}
"""What this server adds: how a client can go on with the conversation. Stock clients pass it by."""


def check_server_event(event: dict[str, Any]) -> None:
    """The event is what the types say, strictly, holds no field that they lack, and can be sent as JSON."""
    json.dumps(event, allow_nan=False, ensure_ascii=False).encode()
    assert event["type"] in _BY_TYPE, f"{event['type']} is no server event"
    read = _BY_TYPE[event["type"]].validate_python(event, strict=True)
    unknown = set(_unknown_fields(read, event["type"])) - _READ_ONLY - _OWN
    assert not unknown, f"the protocol has no such fields: {', '.join(sorted(unknown))}"


def _unknown_fields(read: object, path: str) -> Iterator[str]:
    if isinstance(read, BaseModel):
        yield from (f"{path}.{name}" for name in read.model_extra or ())
        for name in read.model_fields_set - _AS_SENT:
            yield from _unknown_fields(getattr(read, name), f"{path}.{name}")
    elif isinstance(read, list):
        for entry in read:
            yield from _unknown_fields(entry, path)


@contextmanager
def watching(complaints: list[str]) -> Iterator[None]:
    """Note what is wrong with any event that a session sends meanwhile, whoever catches exceptions there.

    All events leave as a `Send`.
    """
    initialise = Send.__init__

    def checked(self: Send, event: dict[str, Any]) -> None:
        try:
            check_server_event(event)
        except (AssertionError, ValueError, KeyError) as error:
            complaints.append(f"{event!r:.500}: {error}")
        initialise(self, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Send, "__init__", checked)
        yield
