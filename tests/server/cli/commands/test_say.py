"""`heedful say`."""

from pathlib import Path

import pytest
import soundfile

from tests.server.cli.running import heedful_here


def test_it_writes_a_wav_file_and_prints_its_length(tmp_path: Path) -> None:
    out = tmp_path / "said.wav"
    result = heedful_here("say", "Good day. How are you?", "--out", str(out))
    assert result.returncode == 0, result.stderr
    info = soundfile.info(out)
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert 1 < info.duration < 6
    assert result.stdout == f"{out}: {info.duration:.2f} s\n"


@pytest.mark.parametrize("speed", ["0.4", "1.6"])
def test_a_speed_that_nobody_could_follow_is_wrong_usage(speed: str) -> None:
    assert heedful_here("say", "Good day.", "--speed", speed).returncode == 2
