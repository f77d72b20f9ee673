"""What the events of a session say about its turns."""

from typing import Any

import pytest

from server.telemetry.meter import Meter
from server.telemetry.turn_watch import TurnWatch

STOPPED = {"type": "input_audio_buffer.speech_stopped"}
SOUND = {"type": "response.output_audio.delta"}


class NotedMeter(Meter):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.noted: list[tuple[Any, ...]] = []

    def turn_ended(self, outcome: str) -> None:
        self.noted.append(("turn", outcome))

    def interrupted(self) -> None:
        self.noted.append(("interrupted",))

    def fell_back(self) -> None:
        self.noted.append(("fell back",))

    def failed(self, code: str) -> None:
        self.noted.append(("failed", code))

    def stage_took(self, stage: str, seconds: float) -> None:
        self.noted.append((stage, seconds))

    def first_audio_after(self, seconds: float) -> None:
        self.noted.append(("first audio", seconds))


@pytest.fixture
def meter() -> NotedMeter:
    return NotedMeter()


def watch(meter: Meter, *times: float) -> TurnWatch:
    return TurnWatch(meter, iter(times).__next__)


def done(status: str, metadata: dict[str, str] | None = None, **details: Any) -> dict[str, Any]:
    response = {"status": status, "status_details": details or None, "metadata": metadata}
    return {"type": "response.done", "response": response}


def test_the_wait_ends_with_the_first_sound(meter: NotedMeter) -> None:
    watched = watch(meter, 10.0, 10.25)
    for event in (SOUND, STOPPED, SOUND, SOUND):
        watched.sent(event)
    assert meter.noted == [("first audio", 0.25)]


def test_an_answer_without_sound_leaves_nothing_to_wait_for(meter: NotedMeter) -> None:
    watched = watch(meter, 10.0)
    for event in (STOPPED, done("completed"), SOUND):
        watched.sent(event)
    assert meter.noted == [("turn", "completed")]


def test_a_user_who_speaks_on_waits_from_the_end_of_it(meter: NotedMeter) -> None:
    watched = watch(meter, 10.0, 11.0, 11.5)
    for event in (STOPPED, STOPPED, done("cancelled", reason="turn_detected"), SOUND):
        watched.sent(event)
    assert meter.noted == [("turn", "cancelled"), ("interrupted",), ("first audio", 0.5)]


@pytest.mark.parametrize(
    ("event", "noted"),
    [
        (done("cancelled", reason="client_cancelled"), [("turn", "cancelled")]),
        (done("failed", error={"code": "server_busy"}), [("turn", "failed"), ("failed", "server_busy")]),
        (done("completed", {"heedful.intent": "nlu_fallback"}), [("turn", "completed"), ("fell back",)]),
        (
            done("completed", {"heedful.intent": "greet", "heedful.actions": "x action_default_fallback"}),
            [("turn", "completed"), ("fell back",)],
        ),
        (done("completed", {"heedful.intent": "greet"}), [("turn", "completed")]),
        ({"type": "error", "error": {"code": "invalid_event"}}, [("failed", "invalid_event")]),
        ({"type": "session.created", "session": {}}, []),
    ],
)
def test_an_event_is_counted_for_what_it_says(
    meter: NotedMeter, event: dict[str, Any], noted: list[tuple[Any, ...]]
) -> None:
    watch(meter).sent(event)
    assert meter.noted == noted


def test_stages_are_timed_in_seconds_under_names_that_anybody_knows(meter: NotedMeter) -> None:
    watch(meter).took({"asr": 0.0, "nlu": 20.0, "dialogue": 30.0, "speech": 100.0})
    assert meter.noted == [("understanding", 0.02), ("dialogue", 0.03), ("speech", 0.1)]
