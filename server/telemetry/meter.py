"""What a server counts and times, without saying where the figures go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PLAIN_TEXT = "text/plain; charset=utf-8"


@dataclass(slots=True)
class Minute:
    """What one minute had; `at` is its beginning, in seconds since 1970."""

    at: float
    turns: int = 0
    interrupted: int = 0
    fell_back: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took lately: the median and the 95th percentile in seconds, of so many."""

    p50: float
    p95: float
    count: int


@dataclass(frozen=True, slots=True)
class Recent:
    """The last hour: its minutes in order, those without anything left out, and how long stages took lately."""

    minutes: list[Minute] = field(default_factory=list)
    stages: dict[str, Spread] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)


class Meter:
    """Takes the figures and drops them; a subclass keeps them. Belongs to one event loop."""

    def watch(self, sessions: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Ask for these when the figures are shown: open sessions, and calls of turns that wait for a thread."""

    def loaded(self, versions: Mapping[str, str]) -> None:
        """Note which `model` and `index` answer from now on."""

    def session_opened(self) -> None:
        """Count a session."""

    def turn_ended(self, outcome: str) -> None:
        """Count a turn by the status of its response, such as `completed`."""

    def interrupted(self) -> None:
        """Count a reply that its listener spoke over."""

    def fell_back(self) -> None:
        """Count a turn that was not understood."""

    def failed(self, code: str) -> None:
        """Count an error by the code that the client was sent."""

    def stage_took(self, stage: str, seconds: float) -> None:
        """Time a stage of a turn: `hearing`, `understanding`, `dialogue` (its knowledge included) or `speech`."""

    def first_audio_after(self, seconds: float) -> None:
        """Time the wait from the end of speech, as it was found, to the first sound of the answer."""

    def shown(self, accept: str) -> tuple[bytes, str]:
        """Write the figures in the form that an `Accept` header prefers; returns them and their content type."""
        return b"", PLAIN_TEXT

    def recent(self) -> Recent:
        """Return the figures of the last hour."""
        return Recent()
