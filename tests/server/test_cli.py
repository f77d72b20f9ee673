"""The command line as a person meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

ROOT = Path(__file__).parents[2]
COMMANDS = ["serve", "talk", "chat", "demo", "transcribe", "parse", "validate", "train", "index", "ask", "say"]


def heedful(*arguments: str, folder: Path | None = None, text: str = "") -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEEDFUL_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        cwd=folder or ROOT,
        env={**environ, "PYTHONPATH": str(ROOT)},
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command() -> None:
    result = heedful("--help")
    assert result.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in result.stdout


def test_help_loads_no_model_library() -> None:
    code = (
        "import sys, server.cli; print([m for m in ('torch', 'rasa', 'spacy', 'numpy', 'faiss') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [("dance",), ("transcribe",), ("parse",), ("serve", "--port", "x")])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert heedful(*arguments).returncode == 2


def test_an_unknown_setting_is_named_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    result = heedful("serve", folder=tmp_path)
    assert result.returncode == 1
    assert "server.prot" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_server_chat_says_how_to_start_one() -> None:
    result = heedful("chat", "--url", "ws://127.0.0.1:9/v1/realtime")
    assert result.returncode == 1
    assert "heedful serve" in result.stderr


def test_say_writes_a_wav_file(tmp_path: Path) -> None:
    result = heedful("say", "Good day. How are you?", "--out", str(tmp_path / "said.wav"))
    assert result.returncode == 0, result.stderr
    info = soundfile.info(tmp_path / "said.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert 1 < info.duration < 6


def test_serving_without_a_trained_assistant_or_index_stops_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[server]\nport = 0\n", encoding="utf-8")
    result = heedful("serve", folder=tmp_path)
    assert result.returncode == 1
    assert "heedful index" in result.stderr or "heedful train" in result.stderr
