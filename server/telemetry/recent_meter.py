"""The figures of the last hour, minute by minute, for who looks at the server itself, beside those for Prometheus."""

import time
from collections import Counter, deque
from collections.abc import Callable

from server.telemetry.meter import Minute, Recent, Spread
from server.telemetry.prometheus_meter import PrometheusMeter

MINUTES = 60
TIMED = 1000
"""Latest times of a stage that count."""

FIRST_AUDIO = "first audio"


class RecentMeter(PrometheusMeter):
    """Keeps the figures for Prometheus, and of the last hour what a person looks at."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """`now`: seconds since 1970."""
        super().__init__()
        self._now = now
        self._minutes: deque[Minute] = deque()
        self._times: dict[str, deque[float]] = {}
        self._codes: deque[tuple[float, str]] = deque(maxlen=TIMED)

    def turn_ended(self, outcome: str) -> None:
        """Count a turn."""
        super().turn_ended(outcome)
        self._minute().turns += 1

    def interrupted(self) -> None:
        """Count a reply that its listener spoke over."""
        super().interrupted()
        self._minute().interrupted += 1

    def fell_back(self) -> None:
        """Count a turn that was not understood."""
        super().fell_back()
        self._minute().fell_back += 1

    def failed(self, code: str) -> None:
        """Count an error by its code."""
        super().failed(code)
        self._minute().errors += 1
        self._codes.append((self._now(), code))

    def stage_took(self, stage: str, seconds: float) -> None:
        """Time a stage of a turn."""
        super().stage_took(stage, seconds)
        self._time(stage, seconds)

    def first_audio_after(self, seconds: float) -> None:
        """Time the wait for the first sound of an answer."""
        super().first_audio_after(seconds)
        self._time(FIRST_AUDIO, seconds)

    def recent(self) -> Recent:
        """Return the figures of the last hour."""
        self._forget_old()
        stages = {stage: _spread(times) for stage, times in self._times.items()}
        errors = Counter(code for at, code in self._codes if at > self._now() - 60 * MINUTES)
        return Recent(list(self._minutes), stages, dict(errors.most_common()))

    def _minute(self) -> Minute:
        at = self._now() // 60 * 60
        if not self._minutes or self._minutes[-1].at != at:
            self._minutes.append(Minute(at))
            self._forget_old()
        return self._minutes[-1]

    def _forget_old(self) -> None:
        while self._minutes and self._minutes[0].at <= self._now() - 60 * MINUTES:
            self._minutes.popleft()

    def _time(self, stage: str, seconds: float) -> None:
        self._times.setdefault(stage, deque(maxlen=TIMED)).append(seconds)


def _spread(times: deque[float]) -> Spread:
    ordered = sorted(times)
    return Spread(ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100], len(ordered))
