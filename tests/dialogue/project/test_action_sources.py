"""Which actions of a domain have code, judged without importing it."""

from pathlib import Path

import pytest

from dialogue.project.action_sources import action_server, action_sources, missing_actions
from dialogue.project.project_files import read_project_files
from dialogue.project.rasa_project import Project
from nlu.validation.findings import Finding
from tests.dialogue.projects import write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


def missing(folder: Path) -> list[Finding]:
    return list(missing_actions(read_project_files(Project.at(folder)), folder))


def test_actions_without_code_are_told_once_with_their_places(folder: Path) -> None:
    domain = folder / "domain.yml"
    domain.write_text(
        domain.read_text("utf-8") + "- action_call\n- utter_later\n- action_answer_question\n- action_ring\n", "utf-8"
    )
    (finding,) = missing(folder)
    assert "no code here for action_call, action_ring:" in finding.message
    assert finding.place is not None
    assert (finding.place.line, [listed.text for listed in finding.also]) == (27, ["action_ring"])
    note = folder / "actions" / "note.py"
    note.write_text('NAMES = ["action_note", "action_call_back", "action_ring"]\n', "utf-8")
    assert "no code here for action_call:" in missing(folder)[0].message
    note.write_text('NAMES = ["action_note", "action_call", "action_ring"]\n', "utf-8")
    assert missing(folder) == []


def test_what_a_client_does_needs_no_code(folder: Path) -> None:
    (folder / "actions" / "note.py").unlink()
    files = read_project_files(Project.at(folder))
    assert list(missing_actions(files, folder, {"action_note"})) == []


def test_actions_may_run_on_a_server_of_their_own(folder: Path) -> None:
    (folder / "actions" / "note.py").unlink()
    (folder / "endpoints.yml").write_text("action_endpoint:\n  url: http://localhost:5055/webhook\n", "utf-8")
    (finding,) = missing(folder)
    assert "unless the server at http://localhost:5055/webhook has it" in finding.message


def test_an_old_name_of_an_answer_is_an_error_that_says_the_new_one(folder: Path) -> None:
    domain = folder / "domain.yml"
    domain.write_text(domain.read_text("utf-8") + "- action_answer_policy\n", "utf-8")
    (finding,) = missing(folder)
    assert (finding.kind, finding.severity) == ("renamed-action", "error")
    assert finding.place is not None
    assert finding.place.line == 27
    assert "action_answer_policy" in finding.message
    assert "action_answer_question" in finding.cure
    (folder / "actions" / "policy.py").write_text('NAME = "action_answer_policy"\n', "utf-8")
    assert missing(folder) == []


def test_code_may_be_a_folder_a_file_or_absent(tmp_path: Path) -> None:
    assert action_sources(tmp_path) == ""
    (tmp_path / "actions.py").write_text("one", "utf-8")
    (tmp_path / "actions" / "deep").mkdir(parents=True)
    (tmp_path / "actions" / "deep" / "two.py").write_bytes(b"two \xff")
    assert {"one", "two"} <= set(action_sources(tmp_path).split())


@pytest.mark.parametrize("content", ["", "action_endpoint:\n", "nlg:\n  url: http://elsewhere\n"])
def test_endpoints_need_not_name_a_server_of_actions(tmp_path: Path, content: str) -> None:
    assert action_server(tmp_path) == ""
    (tmp_path / "endpoints.yml").write_text(content, "utf-8")
    assert action_server(tmp_path) == ""
