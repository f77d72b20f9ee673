"""What a server counts and times, without saying where the figures go."""

from collections.abc import Callable, Mapping

PLAIN_TEXT = "text/plain; charset=utf-8"


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
