"""The oracle notices what a stock client would."""

import math
from typing import Any

import pytest

from server.protocol.outputs import Send
from tests.wire_oracle import watching

CLEARED = {"type": "input_audio_buffer.cleared", "event_id": "event_1"}
DELETED = {"type": "conversation.item.deleted", "event_id": "event_1", "item_id": "a"}


@pytest.fixture(autouse=True)
def every_event_is_valid() -> None:
    """Here events are wrong on purpose."""


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ({**CLEARED, "type": "input_audio_buffer.cleaned"}, "cleaned"),
        ({"type": "input_audio_buffer.cleared"}, "event_id"),
        ({**DELETED, "item_id": 7}, "item_id"),
        ({**DELETED, "colour": "red"}, "colour"),
        ({**CLEARED, "event_id": "\ud800"}, "surrogates"),
        ({"type": "rate_limits.updated", "event_id": "e", "rate_limits": [{"reset_seconds": math.inf}]}, "JSON"),
        ({"type": "error", "event_id": "e", "error": {"type": "t", "message": "m", "why": 1}}, "why"),
    ],
)
def test_an_event_that_the_types_refuse_is_noted(event: dict[str, Any], word: str) -> None:
    complaints: list[str] = []
    with watching(complaints):
        Send(CLEARED)
        assert Send(event).event == event
    assert len(complaints) == 1
    assert word in complaints[0]
