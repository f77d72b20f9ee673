"""Where a project's parts are found, and what it lacks."""

from pathlib import Path

import pytest

from dialogue.errors import ModelError, ProjectError
from dialogue.project.rasa_project import Project, require_model
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


def test_a_model_that_is_not_there_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    (tmp_path / "there.tar.gz").touch()
    require_model(tmp_path / "there.tar.gz")
    with pytest.raises(ModelError, match=r"absent\.tar\.gz.*heedful train"):
        require_model(tmp_path / "absent.tar.gz")
