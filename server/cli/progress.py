"""Shows a person at a terminal how far long work has come."""

import sys
import threading
from types import TracebackType

from tqdm import tqdm

TICK_SECONDS = 1.0


class Bars:
    """One bar on stderr for each piece of work, none when nobody watches; a context manager that ends the last."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None
        self._screen = sys.stderr  # Rasa's training has it redirected
        self._ended = threading.Event()

    def __enter__(self) -> "Bars":
        if self._screen.isatty():
            threading.Thread(target=self._tick, name="heedful-progress", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._end()

    def begin(self, what: str, total: int, unit: str) -> None:
        """A new piece of work of `total` units begins."""
        self._end()
        quiet = not self._screen.isatty()
        self._bar = tqdm(desc=what, total=total, unit=unit, unit_scale=True, file=self._screen, disable=quiet)

    def describe(self, what: str) -> None:
        """The piece of work is at this now."""
        if self._bar is not None:
            self._bar.set_description(what)

    def advance(self, done: int) -> None:
        """So many more units are done."""
        if self._bar is not None:
            self._bar.update(done)

    def _tick(self) -> None:
        """Let the time run on while nothing is done for long."""
        while not self._ended.wait(TICK_SECONDS):
            if (bar := self._bar) is not None:
                bar.refresh()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
