"""`heedful transcribe`: what it prints and writes, and how it ends."""

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server.cli.running import heedful, heedful_here

CLIP = ROOT / "data" / "audio" / "battery-question.wav"


@pytest.mark.heavy
def test_the_command_writes_what_it_can_and_ends_with_1_if_a_file_failed(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound at all")
    files = [str(tmp_path / "bad.wav"), str(CLIP)]
    result = heedful("transcribe", *files, "-o", str(tmp_path / "out"), "-f", "json", "--word-timestamps")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "bad.wav" in result.stderr
    (written,) = (tmp_path / "out").iterdir()
    assert written.name == "battery-question.json"
    content = json.loads(written.read_text(encoding="utf-8"))
    assert "battery" in content["text"].lower()
    assert "".join(word["word"] for segment in content["segments"] for word in segment["words"]) == content["text"]


@pytest.mark.heavy
def test_translation_with_an_english_model_names_the_cure() -> None:
    result = heedful_here("transcribe", str(CLIP), "--task", "translate")
    assert result.returncode == 1
    assert "use model base" in result.stderr


def test_mixed_up_output_is_wrong_usage() -> None:
    assert heedful_here("transcribe", str(CLIP), "-f", "all").returncode == 2
    assert heedful_here("transcribe", str(CLIP), "-f", "doc").returncode == 2
