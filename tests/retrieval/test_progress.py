"""Progress that nobody wants to know."""

import pytest

from retrieval.progress import Progress, Untold


def test_untold_progress_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    progress: Progress = Untold()
    progress.begin("reading", 10, "B")
    progress.advance(10)
    assert capfd.readouterr() == ("", "")
