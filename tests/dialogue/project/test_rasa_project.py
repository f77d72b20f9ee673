"""Where a project's parts are found, what it lacks, and which of its actions have no code."""

from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.action_sources import missing_actions
from dialogue.project.project_files import read_project_files, unreadable
from dialogue.project.rasa_project import Project
from nlu.validation.findings import Finding
from tests.dialogue.projects import write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


def test_the_usual_places_are_found(folder: Path) -> None:
    project = Project.at(folder)
    assert project.inputs == (folder / "config.yml", folder / "domain.yml", folder / "data")
    assert Project.at(folder / ".." / "tiny" / ".").name == "tiny"
    (folder / "domain.yml").rename(folder / "domain.yaml")
    assert Project.at(folder).domain == folder / "domain.yaml"
    (folder / "domain.yaml").unlink()
    (folder / "domain").mkdir()
    assert Project.at(folder).domain == folder / "domain"


def test_actions_are_a_folder_or_one_file(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    assert project.actions == tmp_path / "actions"
    (tmp_path / "actions.py").touch()
    assert project.actions == tmp_path / "actions.py"
    (tmp_path / "actions").mkdir()
    assert project.actions == tmp_path / "actions"


def test_projects_of_one_name_have_models_of_their_own_wherever_all_of_it_is_moved(tmp_path: Path) -> None:
    def model(root: str, project: str) -> Path:
        return Project.at(tmp_path / root / project).model_in(tmp_path / root / "build")

    assert model("here", "a/bot") != model("here", "b/bot")
    assert model("here", "a/bot") == model("here", "b/../a/bot")
    assert model("here", "a/bot").name == model("there", "a/bot").name
    assert model("here", "a/bot").name.startswith("bot-")


def test_a_project_s_own_code_counts_where_its_config_names_a_component_out_of_it(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    for name in ("parts/one.py", "helper.py", ".venv/lib/other.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    config = tmp_path / "config.yml"
    config.write_text("pipeline:\n- name: WhitespaceTokenizer\npolicies: null\n", "utf-8")
    assert project.own_code == []
    for line in ("pipeline: [{name: parts.one.Part}]", "importers: [{name: helper.Importer}]"):
        config.write_text(line, "utf-8")
        assert project.own_code == [tmp_path / "helper.py", tmp_path / "parts" / "one.py"]


def test_what_is_given_stands_in_for_what_lies_there(folder: Path, tmp_path: Path) -> None:
    project = Project.at(folder, config=tmp_path / "a.yml", domain=tmp_path / "b.yml", data=[tmp_path / "c"])
    assert project.inputs == (tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "c")


def test_importers_may_find_what_the_folder_lacks(folder: Path) -> None:
    (folder / "domain.yml").unlink()
    (folder / "data").rename(folder / "elsewhere")
    with pytest.raises(ProjectError, match="has no data"):
        Project.at(folder).require_inputs()
    with (folder / "config.yml").open("a") as config:
        config.write("importers:\n- name: RasaFileImporter\n")
    Project.at(folder).require_inputs()
    assert Project.at(folder).has_importers


def test_a_config_that_cannot_be_read_names_no_importers(folder: Path) -> None:
    (folder / "config.yml").write_text("pipeline: [", "utf-8")
    assert not Project.at(folder).has_importers


def test_a_newer_format_is_told_since_rasa_would_leave_the_file_out(folder: Path) -> None:
    rules = folder / "data" / "rules.yml"
    rules.write_text(rules.read_text("utf-8").replace("3.1", "9.0"), "utf-8")
    (error,) = unreadable(Project.at(folder))
    assert (error.place.file, error.place.line) == (rules, 1)
    assert "9.0" in error.problem


def test_broken_json_is_told_where_rasa_would_leave_the_examples_out(folder: Path) -> None:
    data, foreign = folder / "data" / "more" / "nlu.json", folder / "data" / "rows.json"
    data.parent.mkdir()
    data.write_text('{"rasa_nlu_data": {"common_examples": [\n  {"text": "hi", "intent": "greet"},\n]}}', "utf-8")
    foreign.write_text('{"id": 1}\n{"id": 2}\n', "utf-8")
    (folder / "broken.json").write_text('{"rasa_nlu_data": ', "utf-8")
    (error,) = unreadable(Project.at(folder))
    assert (error.place.file, error.place.line, error.cure) == (data, 3, "mend this line")


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
    assert (finding.place.line, [each.text for each in finding.also]) == (27, ["action_ring"])
    note = folder / "actions" / "note.py"
    note.write_text('NAMES = ["action_note", "action_call_back", "action_ring"]\n', "utf-8")
    assert "no code here for action_call:" in missing(folder)[0].message
    note.write_text('NAMES = ["action_note", "action_call", "action_ring"]\n', "utf-8")
    assert missing(folder) == []


def test_actions_may_run_on_a_server_of_their_own(folder: Path) -> None:
    (folder / "actions" / "note.py").unlink()
    (folder / "endpoints.yml").write_text("action_endpoint:\n  url: http://localhost:5055/webhook\n", "utf-8")
    (finding,) = missing(folder)
    assert "unless the server at http://localhost:5055/webhook has it" in finding.message
