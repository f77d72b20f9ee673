"""Limits of a key over windows that slide."""

import pytest

from server.access.allowance import AUDIO_WINDOW_SECONDS, TURNS_WINDOW_SECONDS, Allowance, LimitReached
from server.access.keys import KeyLimits


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_without_limits_nothing_is_refused_or_kept() -> None:
    allowance = Allowance("free")
    for _ in range(1000):
        allowance.take_turn()
        allowance.check_audio()
        allowance.count_audio(3600)
    with allowance.session(), allowance.session():
        assert allowance.sessions == 2


def test_sessions_are_counted_while_they_last() -> None:
    allowance = Allowance("kiosk", KeyLimits(sessions=1))
    with allowance.session(), pytest.raises(LimitReached, match="'kiosk' has 1 sessions"), allowance.session():
        pass
    with allowance.session():
        assert allowance.sessions == 1


def test_turns_are_free_again_when_a_minute_has_passed_since_the_first() -> None:
    clock = Clock()
    allowance = Allowance("kiosk", KeyLimits(turns_per_minute=2), clock)
    allowance.take_turn()
    clock.seconds = 20
    allowance.take_turn()
    clock.seconds = 30
    for _ in range(3):  # what is refused does not count
        with pytest.raises(LimitReached, match=r"in 30\.0 s") as refused:
            allowance.take_turn()
    assert refused.value.retry_seconds == TURNS_WINDOW_SECONDS - 30
    clock.seconds = 60
    allowance.take_turn()
    with pytest.raises(LimitReached, match=r"in 20\.0 s"):
        allowance.take_turn()


def test_the_last_recording_may_go_beyond_the_limit_of_speech() -> None:
    clock = Clock()
    allowance = Allowance("kiosk", KeyLimits(audio_minutes_per_hour=1), clock)
    allowance.count_audio(59)
    allowance.check_audio()
    allowance.count_audio(100)
    with pytest.raises(LimitReached, match="1 minutes of speech"):
        allowance.check_audio()
    clock.seconds = AUDIO_WINDOW_SECONDS
    allowance.check_audio()
