"""Traces of the protocol, written by hand from the stock client's types: the client's side of each is played again.

They lie beside the project, in `../shared/golden`, and are not part of it; without them these tests are skipped.
"""

import json
from typing import Any

import pytest

from asr.transcript import Transcript
from server.protocol.outputs import Respond, Transcribe
from tests.conftest import ROOT
from tests.fakes import loud, silence
from tests.server.conftest import Driver, append, make_session
from tests.wire_oracle import check_server_event

GOLDEN = ROOT.parent / "shared" / "golden"
pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden traces (../shared/golden) are not at hand")

LIMITS = "rate_limits.updated"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()]


def traces() -> list[str]:
    return sorted(path.stem for path in GOLDEN.glob("*.jsonl"))


@pytest.mark.parametrize("name", traces())
def test_the_oracle_takes_every_event_of_a_trace(name: str) -> None:
    for line in lines(name):
        if line["dir"] == "server":
            check_server_event(line["event"])


def replay(name: str) -> list[str]:
    """What the server sends for the client's side of a trace; its sound is a second of speech and one of silence."""
    driver = Driver(make_session())
    for line in lines(name):
        if line["dir"] == "server":
            continue
        if line["event"]["type"] == "input_audio_buffer.append":
            driver.send(append(loud(1.0)))
            driver.send(append(silence(1.0)))
        else:
            driver.send(line["event"])
        for work in driver.work:
            if isinstance(work, Transcribe):
                driver.take(driver.session.transcribed(work.item_id, 0, Transcript("hello", "en", 1.0)))
            elif isinstance(work, Respond):
                driver.take(driver.session.say(work.response_id, "Good day."))
                if work.options.speaks:
                    driver.take(driver.session.play(work.response_id, bytes(960)))
                driver.take(driver.session.finish(work.response_id, None))
        driver.work.clear()
    return driver.types()


def once(kinds: list[str]) -> list[str]:
    """Deltas come as often as there are words; each kind of them counts once."""
    return [kind for at, kind in enumerate(kinds) if not (kind.endswith(".delta") and kind in kinds[:at])]


@pytest.mark.parametrize("name", ["text_turn", "audio_turn_server_vad", "transcription_session"])
def test_the_server_sends_what_the_trace_has_in_its_order(name: str) -> None:
    expected = once([line["event"]["type"] for line in lines(name) if line["dir"] == "server"])
    sent = once(replay(name))
    if expected[0] != "session.created":  # the trace begins later
        sent = sent[1:]
    assert sent == [kind for kind in expected if kind != LIMITS]


FRAMES: dict[str, list[dict[str, Any]]] = {
    "item_delete_invalid_item_id": [{"type": "conversation.item.delete", "item_id": "yo"}],
    "item_retrieve_invalid_item_id": [{"type": "conversation.item.retrieve", "item_id": "non_existent_item"}],
    "response_cancel_not_active": [{"type": "response.cancel"}],
    "conversation_already_has_active_response": [{"type": "response.create"}, {"type": "response.create"}],
    "input_audio_buffer_commit_empty": [{"type": "input_audio_buffer.commit"}],
    "invalid_value": [{"type": "scooby.dooby.doo"}],
    "unsupported_content_type": [
        {
            "type": "conversation.item.create",
            "item": {"id": "a", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        },
        {"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 0},
    ],
}


def test_errors_have_the_codes_and_words_of_the_trace() -> None:
    for line in lines("errors"):
        expected = line["event"]["error"]
        driver = Driver(make_session())
        for frame in FRAMES[expected["code"]]:
            driver.send(frame | {"event_id": "mine"})
        error = driver.events[-1]["error"]
        for name in ("type", "code", "param"):
            assert error[name] == expected[name]
        assert error["message"].split(":")[0] == expected["message"].split(":")[0]
        assert error["event_id"] == "mine"
