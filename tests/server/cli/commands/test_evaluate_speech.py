"""`heedful evaluate speech`: what it prints, what it writes, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.app import app
from server.settings import Settings
from tests.conftest import ROOT
from tests.server.cli.running import heedful_here

QUESTION = ROOT / "data" / "audio" / "battery-question.wav"


@pytest.mark.parametrize("options", [["--snr", "5"], ["--json", "nowhere/out.json"]])
def test_what_cannot_work_is_refused_before_anything_is_measured(options: list[str]) -> None:
    assert CliRunner().invoke(app, ["evaluate", "speech", "set.jsonl", *options]).exit_code == 2


@pytest.mark.heavy
def test_commands_are_heard_and_understood_by_a_project(built: Settings, tmp_path: Path) -> None:
    entries = [
        {"audio": str(QUESTION), "intent": "ask_product", "slots": {"product": "Pulse Buds 2"}},
        {"audio": str(QUESTION), "intent": "order_pizza", "slots": {}},
        {"audio": "gone.wav", "intent": "ask_product", "slots": {}},
    ]
    manifest, out = tmp_path / "set.jsonl", tmp_path / "out.json"
    manifest.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    project = built.path(built.paths.assistant)
    asked = ("evaluate", "speech", str(manifest), str(project), "--json", str(out), "--min-right", "0.9")
    done = heedful_here(*asked, "--config", str(built.file))
    assert done.returncode == 1
    assert "gone.wav" in done.stderr
    assert "50.0% all right, below 90.0%" in done.stderr
    assert "as recorded" in done.stdout
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [command["failed"] for command in written["commands"]] == [None, "label"]
