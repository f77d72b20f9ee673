"""The words of a recording: shown once each, in order, and in the end as the whole transcript."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from asr.transcript import Transcript
from server.protocol.items import Part
from server.protocol.transcription import Recording
from server.wire.messages import ErrorCode, ProtocolError
from tests.wire_oracle import check_server_event

TEXTS = st.lists(st.lists(st.sampled_from(["where", "is", "my", "order"]), max_size=6).map(" ".join), max_size=5)


def recording() -> Recording:
    return Recording("item_1", 2, Part("input_audio"))


def deltas(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"].endswith(".delta"))


@given(TEXTS, st.lists(st.sampled_from(["where", "is", "my", "order"]), max_size=6).map(" ".join))
def test_what_is_shown_only_grows_and_completion_comes_last(partials: list[str], final: str) -> None:
    heard = recording()
    events = [event for text in partials for event in heard.show(text)]
    events += heard.complete(Transcript(final, "en", 1.23456))
    for event in events:
        check_server_event({"event_id": "event_1", **event})
        assert (event["item_id"], event["content_index"]) == ("item_1", 2)
    assert [event["type"].endswith(".completed") for event in events] == [False] * (len(events) - 1) + [True]
    assert events[-1]["transcript"] == heard.part.text == final
    assert events[-1]["usage"]["seconds"] == 1.235
    if not partials:
        assert deltas(events) == final


def test_a_recording_starts_afresh_once_it_is_over() -> None:
    heard = recording()
    heard.show("where is")
    assert deltas(heard.show("where is my")) == "where is"
    heard.complete(Transcript("where is my order", "en", 1.0))
    assert deltas(heard.complete(Transcript("where is", "en", 1.0))) == "where is"


def test_a_failure_names_its_cause() -> None:
    heard = recording()
    heard.show("where")
    (failed,) = heard.fail(ProtocolError(ErrorCode.BUSY, "full"))
    check_server_event({"event_id": "event_1", **failed})
    assert (failed["error"]["code"], failed["error"]["message"]) == ("server_busy", "full")
    assert heard.part.text is None
    assert heard.part.agreement is None
