"""Shows a person at a terminal how far long work has come."""

import sys
from types import TracebackType

from tqdm import tqdm


class Bars:
    """One bar on stderr for each piece of work, none when nobody watches; a context manager that ends the last."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def __enter__(self) -> "Bars":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def begin(self, what: str, total: int, unit: str) -> None:
        """A new piece of work of `total` units begins."""
        self._end()
        self._bar = tqdm(desc=what, total=total, unit=unit, unit_scale=True, disable=not sys.stderr.isatty())

    def advance(self, done: int) -> None:
        """So many more units are done."""
        if self._bar is not None:
            self._bar.update(done)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
