"""A server whose figures go nowhere."""

from server.telemetry.meter import Meter, Recent


def test_figures_that_nobody_keeps_are_dropped() -> None:
    meter = Meter()
    meter.watch(lambda: 1, lambda: 1)
    meter.loaded({"model": "m"})
    meter.session_opened()
    meter.turn_ended("completed")
    meter.interrupted()
    meter.fell_back()
    meter.failed("server_busy")
    meter.stage_took("dialogue", 0.1)
    meter.first_audio_after(0.1)
    assert meter.shown("")[0] == b""
    assert meter.recent() == Recent()
