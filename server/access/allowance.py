"""How much was asked for with one key, against its limits.

Turns and audio are counted over a window that slides: what was asked longer ago than its length counts no more.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from server.access.keys import KeyLimits

TURNS_WINDOW_SECONDS = 60.0
AUDIO_WINDOW_SECONDS = 3600.0


class LimitReached(Exception):
    """The key may not ask for more now; the message says when it may."""

    def __init__(self, message: str, retry_seconds: float) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds


@dataclass(slots=True)
class Allowance:
    """Counts what one key asks for. Lives on one event loop."""

    name: str
    limits: KeyLimits = field(default_factory=KeyLimits)
    clock: Callable[[], float] = time.monotonic
    sessions: int = field(init=False, default=0)
    _turns: deque[float] = field(init=False, default_factory=deque)
    _audio: deque[tuple[float, float]] = field(init=False, default_factory=deque)

    def check_sessions(self) -> None:
        """Raises LimitReached where another session would be one too many."""
        if self.limits.sessions is not None and self.sessions >= self.limits.sessions:
            raise LimitReached(
                f"the key {self.name!r} has {self.sessions} sessions, as many as it may have: close one", 1.0
            )

    @contextmanager
    def session(self) -> Iterator[None]:
        """Count a session until the end of the block. Raises LimitReached where it is one too many."""
        self.check_sessions()
        self.sessions += 1
        try:
            yield
        finally:
            self.sessions -= 1

    def take_turn(self) -> None:
        """Count a turn. Raises LimitReached where it is one too many; it is not counted then."""
        limit = self.limits.turns_per_minute
        if limit is None:
            return
        now = self.clock()
        while self._turns and self._turns[0] <= now - TURNS_WINDOW_SECONDS:
            self._turns.popleft()
        if len(self._turns) >= limit:
            wait = self._turns[0] + TURNS_WINDOW_SECONDS - now
            raise LimitReached(
                f"the key {self.name!r} may begin {limit} turns a minute: try again in {wait:.1f} s", wait
            )
        self._turns.append(now)

    def check_audio(self) -> None:
        """Raises LimitReached when as much speech was recognised as may be."""
        limit = self.limits.audio_minutes_per_hour
        if limit is None:
            return
        now = self.clock()
        while self._audio and self._audio[0][0] <= now - AUDIO_WINDOW_SECONDS:
            self._audio.popleft()
        if sum(taken for _, taken in self._audio) >= limit * 60:
            wait = self._audio[0][0] + AUDIO_WINDOW_SECONDS - now
            raise LimitReached(
                f"the key {self.name!r} may have {limit:g} minutes of speech an hour recognised: "
                f"try again in {wait:.0f} s",
                wait,
            )

    def count_audio(self, seconds: float) -> None:
        """Count speech that was recognised; the last recording may go beyond the limit."""
        if self.limits.audio_minutes_per_hour is not None:
            self._audio.append((self.clock(), seconds))
