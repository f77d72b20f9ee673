"""The figures of one session's turns, read from the events that its client is sent."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from server.telemetry.meter import Meter

STAGES = {"asr": "hearing", "nlu": "understanding", "dialogue": "dialogue", "speech": "speech"}
"""The stages by their names in `heedful.timings_ms`."""

NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
"""The intents of what the model is not sure of, and of what a project says it is not about."""

FALLBACK_ACTION = "action_default_fallback"
SPOKEN_OVER = "turn_detected"


class TurnWatch:
    """Gives a meter what the events of one session say. A response that is over is counted once."""

    def __init__(self, meter: Meter, now: Callable[[], float] = time.monotonic) -> None:
        self._meter, self._now = meter, now
        self._speech_ended: float | None = None  # and no sound of an answer has been sent since
        self._reading: dict[str, Callable[[dict[str, Any]], None]] = {
            "input_audio_buffer.speech_stopped": self._stopped,
            "response.output_audio.delta": self._sounds,
            "response.done": self._done,
            "error": self._refused,
        }

    def sent(self, event: dict[str, Any]) -> None:
        """Take note of an event."""
        if reading := self._reading.get(event["type"]):
            reading(event)

    def took(self, timings_ms: Mapping[str, float]) -> None:
        """Take note of how long the stages of a turn took; no time was needed to hear what was typed."""
        for name, milliseconds in timings_ms.items():
            if milliseconds:
                self._meter.stage_took(STAGES[name], milliseconds / 1000)

    def _stopped(self, _: dict[str, Any]) -> None:
        self._speech_ended = self._now()

    def _sounds(self, _: dict[str, Any]) -> None:
        if self._speech_ended is not None:
            self._meter.first_audio_after(self._now() - self._speech_ended)
            self._speech_ended = None

    def _done(self, event: dict[str, Any]) -> None:
        response = event["response"]
        self._meter.turn_ended(response["status"])
        details = response.get("status_details") or {}
        if details.get("reason") == SPOKEN_OVER:
            self._meter.interrupted()
        else:
            self._speech_ended = None
        if error := details.get("error"):
            self._meter.failed(error["code"])
        metadata = response.get("metadata") or {}
        actions = metadata.get("heedful.actions", "").split()
        if metadata.get("heedful.intent") in NOT_UNDERSTOOD or FALLBACK_ACTION in actions:
            self._meter.fell_back()

    def _refused(self, event: dict[str, Any]) -> None:
        self._meter.failed(event["error"]["code"])
