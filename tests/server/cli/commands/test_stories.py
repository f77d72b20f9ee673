"""`heedful test`, from a project's folder to the exit status."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT
from tests.server.cli.running import heedful, heedful_here

CASES = """test_cases:
  - test_case: a greeting
    steps:
      - user: "hello"
      - utter: utter_greet
  - test_case: a wrong greeting
    steps:
      - user: "hello"
      - utter: utter_goodbye
"""


@pytest.mark.heavy
@pytest.mark.usefixtures("built")
def test_the_demos_own_conversations_pass() -> None:
    done = heedful("test", "--stories", "data/assistant/tests/test_stories.yml", folder=ROOT)
    assert (done.returncode, done.stdout) == (0, "6 stories, 0 failed; 14 turns, 100.0% right, 0 failed\n"), done.stderr


@pytest.mark.heavy
@pytest.mark.usefixtures("built")
def test_as_many_turns_of_the_customers_conversations_are_right_as_were() -> None:
    done = heedful("test", "--stories", "data/assistant/tests/conversations", "--least-right", "0.6", folder=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "50 stories" in done.stdout.splitlines()[-1]


@pytest.mark.heavy
@pytest.mark.usefixtures("built")
def test_a_failure_is_printed_written_and_fails_the_command(tmp_path: Path) -> None:
    cases, report = tmp_path / "cases.yml", tmp_path / "report.xml"
    cases.write_text(CASES, encoding="utf-8")
    done = heedful("test", "--stories", str(cases), "--junit", str(report), "--json", folder=ROOT)
    assert done.returncode == 1, done.stderr
    good, bad = json.loads(done.stdout)
    assert good["passed"]
    assert (bad["failure"]["stage"], bad["failure"]["expected"]) == ("policy", "utter_goodbye")
    assert ElementTree.parse(report).getroot().get("failures") == "1"


@pytest.mark.heavy
@pytest.mark.usefixtures("built")
def test_by_voice_what_is_heard_is_told_and_the_picture_is_drawn(tmp_path: Path) -> None:
    cases, picture = tmp_path / "cases.yml", tmp_path / "stories.png"
    cases.write_text(CASES, encoding="utf-8")
    asked = ("--voice", "--noise", "kitchen-like", "--snr", "20", "--picture", str(picture), "--least-right", "0.5")
    done = heedful("test", "--stories", str(cases), "--json", *asked, folder=ROOT)
    assert done.returncode == 0, done.stderr
    good, bad = json.loads(done.stdout)
    assert good["turns"][0]["heard"].strip(".,!").lower() == "hello"
    assert (good["passed"], bad["failure"]["stage"]) == (True, "policy")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_noise_without_voice_is_wrong_usage(tmp_path: Path) -> None:
    done = heedful_here("test", "--noise", "kitchen-like", folder=tmp_path)
    assert done.returncode == 2
    assert "add --voice" in done.stderr


def test_a_project_without_test_conversations_is_named(tmp_path: Path) -> None:
    done = heedful_here("test", str(tmp_path), folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "has no test conversations" in done.stderr
