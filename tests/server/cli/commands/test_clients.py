"""`heedful talk`, `chat` and `reload` without a server; with one, see the tests of the client and the server."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server.cli.running import heedful_here

NOBODY = "ws://127.0.0.1:9/v1/realtime"
CLIP = str(ROOT / "data" / "audio" / "battery-question.wav")


@pytest.mark.parametrize("command", [("chat",), ("reload",), ("talk", CLIP)])
def test_without_a_server_they_say_how_to_start_one(command: tuple[str, ...]) -> None:
    result = heedful_here(*command, "--url", NOBODY)
    assert (result.returncode, result.stdout) == (1, "")
    assert "127.0.0.1:9" in result.stderr
    assert "heedful serve" in result.stderr


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = heedful_here("talk", "gone.wav", folder=tmp_path)
    assert (result.returncode, "gone.wav" in result.stderr) == (1, True)
