"""`heedful evaluate asr`, `nlu` and `retrieval`: what they print, what they write, and how they end."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from server.cli.app import app
from server.settings import Settings
from tests.server.cli.running import heedful_here
from tests.server.cli.test_evaluate_nlu import TEST, write_project


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--snr", "5"], "add --noise"),
        (["--noise", "n.wav", "--snr", "nan"], "is no level"),
        (["--picture", "out.png"], "add --noise"),
        (["--noise", "n.wav", "--picture", "out.bmp"], "give it that ending"),
        (["--json", "nowhere/out.json"], "there is no folder nowhere"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_measured(options: list[str], complaint: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", "asr", "set.jsonl", *options])
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())


@pytest.mark.heavy
def test_a_bad_clip_is_told_left_out_and_ends_in_status_1(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "hum.wav", np.random.default_rng(1).normal(0, 0.1, 16_000), 16_000)
    entries = [{"audio": "hum.wav", "text": ""}, {"audio": "gone.wav", "text": "hello"}]
    manifest = tmp_path / "set.jsonl"
    manifest.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    out = tmp_path / "out.json"
    noise = ["--noise", str(tmp_path / "hum.wav"), "--snr", "5", "--room", str(tmp_path / "hum.wav")]
    result = CliRunner().invoke(app, ["evaluate", "asr", str(manifest), *noise, "--json", str(out)])
    assert result.exit_code == 1
    assert "gone.wav" in result.stderr
    assert "WER in percent in room hum" in result.stdout
    written = json.loads(out.read_text(encoding="utf-8"))
    heard = [(clip["clip"]["room"], clip["clip"]["snr_db"]) for clip in written["clips"]]
    assert heard == [(None, None), (None, 5.0), ("hum", None), ("hum", 5.0)]
    assert [failure["audio"] for failure in written["failures"]] == [str(tmp_path / "gone.wav")]


@pytest.mark.heavy
def test_the_command_prints_a_table_writes_files_and_fails_below_a_bar(tmp_path: Path) -> None:
    project, out = write_project(tmp_path / "tiny"), tmp_path / "out"
    (tmp_path / "test.yml").write_text(TEST, "utf-8")
    asked = ("evaluate", "nlu", str(project), "--test", str(tmp_path / "test.yml"), "--out", str(out))
    done = heedful_here(*asked, "--min-accuracy", "0.9")
    assert "intent accuracy" in done.stdout
    assert "below the bar of 90.0%" in done.stderr
    assert done.returncode == 1
    assert {file.name for file in out.iterdir()} == {"report.json", "errors.json", "confusion.png", "confidence.png"}
    (error,) = json.loads((out / "errors.json").read_text("utf-8"))
    assert (error["file"], error["line"]) == (str(tmp_path / "test.yml"), 8)
    done = heedful_here(*asked, "--min-accuracy", "0.5", "--in-scope-loss", "0.2", "--json")
    assert done.returncode == 0
    printed = json.loads(done.stdout)
    assert printed["examples"] == 2
    assert printed["out_of_scope"]["loss"] == 0.2


def test_a_loss_of_all_is_no_loss_to_measure_at() -> None:
    done = heedful_here("evaluate", "nlu", "--in-scope-loss", "1")
    assert done.returncode == 2
    assert "--in-scope-loss" in done.stderr


@pytest.mark.parametrize("others", [(), ("--test", "t.yml", "--train", "t.yml"), ("--test", "t.yml", "--frozen")])
def test_a_model_is_asked_about_a_test_file_and_learns_nothing(others: tuple[str, ...]) -> None:
    done = heedful_here("evaluate", "nlu", "--model", "x.tar.gz", *others)
    assert done.returncode == 2
    assert "--model" in done.stderr


def test_the_retrieval_is_measured_on_questions_that_can_be_read(tmp_path: Path) -> None:
    done = heedful_here("evaluate", "retrieval", "gone.jsonl", folder=tmp_path)
    assert (done.returncode, "gone.jsonl:1" in done.stderr) == (1, True)


@pytest.mark.heavy
def test_the_retrieval_is_printed_written_and_fails_below_a_bar(built: Settings, tmp_path: Path) -> None:
    known = built.path(built.paths.knowledge) / "questions.jsonl"
    lines = known.read_text("utf-8").splitlines()[:5]
    wrong = json.loads(lines[0]) | {"question": "who painted the Mona Lisa"}
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join([*lines, json.dumps(wrong)]), "utf-8")
    asked = ("evaluate", "retrieval", str(few), "--config", str(built.file), "--out", str(tmp_path / "out"))
    done = heedful_here(*asked, "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["answers"]["questions"] == 6
    written = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert written["ranking"].keys() == printed["ranking"].keys()
    assert str(tmp_path / "out") in done.stderr
    done = heedful_here(*asked, "--min-accuracy", "0.9")
    assert "6 questions answered" in done.stdout
    assert (done.returncode, "accuracy" in done.stderr) == (1, True)


@pytest.mark.parametrize("others", [("questions.jsonl",), ("--calibrate", "0.9"), ("--min-ndcg", "0.5")])
def test_a_self_test_takes_no_questions_of_others(others: tuple[str, ...]) -> None:
    done = heedful_here("evaluate", "retrieval", "--self-test", *others)
    assert done.returncode == 2
    assert "--self-test" in done.stderr
