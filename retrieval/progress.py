"""How long work says how far it has come."""

from typing import Protocol


class Progress(Protocol):
    """Takes reports of how far a long piece of work has come."""

    def begin(self, what: str, total: int, unit: str) -> None:
        """A new piece of work of `total` units begins."""

    def describe(self, what: str) -> None:
        """The piece of work is at this now."""

    def advance(self, done: int) -> None:
        """So many more units are done."""


class Untold:
    """A Progress for who does not want to know."""

    def begin(self, what: str, total: int, unit: str) -> None:
        """Say nothing."""

    def describe(self, what: str) -> None:
        """Say nothing."""

    def advance(self, done: int) -> None:
        """Say nothing."""
