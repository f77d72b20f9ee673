"""What a person sees of long work at a terminal, and what a log file is spared."""

import io
import sys

import pytest

from server.cli.progress import Bars


class Screen(io.StringIO):
    """A stderr that somebody watches, or not."""

    def __init__(self, watched: bool) -> None:
        super().__init__()
        self.watched = watched

    def isatty(self) -> bool:
        return self.watched


def shown(monkeypatch: pytest.MonkeyPatch, *, watched: bool) -> str:
    screen = Screen(watched)
    monkeypatch.setattr(sys, "stderr", screen)
    with Bars() as bars:
        monkeypatch.setattr(sys, "stderr", io.StringIO())  # as training has it while Rasa works
        bars.begin("training", 2, "component")
        bars.describe("training DIETClassifier")
        bars.advance(1)
        bars.advance(1)
    return screen.getvalue()


def test_a_terminal_shows_what_is_being_done_and_how_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, watched=True)
    assert "training DIETClassifier" in text
    assert "2.00/2.00" in text


def test_nobody_is_told_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, watched=False) == ""
