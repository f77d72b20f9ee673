"""The figures of the last hour."""

from server.telemetry.meter import Minute, Recent, Spread
from server.telemetry.recent_meter import FIRST_AUDIO, TIMED, RecentMeter


class Clock:
    seconds = 1_200_000.0

    def __call__(self) -> float:
        return self.seconds


def test_minutes_are_counted_apart_and_forgotten_after_an_hour() -> None:
    clock = Clock()
    meter = RecentMeter(clock)
    assert meter.recent() == Recent()
    begun = clock.seconds
    meter.turn_ended("completed")
    meter.turn_ended("cancelled")
    meter.interrupted()
    clock.seconds += 61
    meter.fell_back()
    meter.failed("server_busy")
    first, second = Minute(begun, turns=2, interrupted=1), Minute(begun + 60, fell_back=1, errors=1)
    assert meter.recent().minutes == [first, second]
    assert meter.recent().errors == {"server_busy": 1}
    clock.seconds = begun + 3600
    assert meter.recent().minutes == [second]
    clock.seconds += 120
    assert (meter.recent().minutes, meter.recent().errors) == ([], {})


def test_the_latest_times_of_a_stage_are_spread_out() -> None:
    meter = RecentMeter()
    for milliseconds in range(TIMED + 100):
        meter.stage_took("hearing", milliseconds / 1000)
    meter.first_audio_after(0.5)
    assert meter.recent().stages == {"hearing": Spread(0.6, 1.05, TIMED), FIRST_AUDIO: Spread(0.5, 0.5, 1)}


def test_the_figures_for_prometheus_are_kept_too() -> None:
    meter = RecentMeter()
    meter.failed("server_busy")
    assert b'heedful_errors_total{code="server_busy"} 1.0' in meter.shown("")[0]
