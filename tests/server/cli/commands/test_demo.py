"""`heedful demo` from start to end: a server of its own, a spoken question, a typed one."""

from pathlib import Path

import pytest
import soundfile

from server.settings import Settings
from tests.server.cli.running import heedful_here


def test_a_settings_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = heedful_here("demo", "--config", "gone.toml", folder=tmp_path)
    assert (result.returncode, "gone.toml" in result.stderr) == (1, True)


@pytest.mark.heavy
@pytest.mark.usefixtures("built")
def test_both_questions_are_answered_and_the_spoken_reply_is_written(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "reply.wav"
    result = heedful_here("demo", "--config", str(settings.file), "--out", str(out))
    assert result.returncode == 0, result.stderr
    assert "8 hours" in result.stdout
    assert "$79.99" in result.stdout
    assert soundfile.info(out).duration > 1
