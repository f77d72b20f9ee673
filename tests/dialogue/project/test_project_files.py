"""Where the parts of a project stand in its YAML, and which files cannot be read."""

from pathlib import Path

import pytest

from dialogue.project.project_files import component_places, components_of, read_project_files, unreadable
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from nlu.data.examples import Place
from nlu.data.yaml_nodes import DataError
from tests.dialogue.projects import write_project

with quiet_imports():
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

pytestmark = pytest.mark.heavy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


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


def test_names_are_found_where_they_stand(folder: Path) -> None:
    files = read_project_files(Project.at(folder))
    assert files.find("leave", "intents") == Place(folder / "domain.yml", 4)
    assert files.find("leave", "rule", "intents") == Place(folder / "data" / "rules.yml", 9)
    assert files.find("leave", "slots") is None
    assert files.pipeline == ("KeywordIntentClassifier",)


@pytest.mark.parametrize(
    ("pipeline", "expected"),
    [("pipeline:\n", True), ("pipeline: null # chosen\n", True), ("", True), ("pipeline: []\n", False)],
)
def test_where_a_config_has_no_pipeline_it_is_rasa_s_own(folder: Path, pipeline: str, expected: bool) -> None:
    config = folder / "config.yml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("pipeline:\n- name: KeywordIntentClassifier\n", pipeline), "utf-8")
    with quiet_prints():
        names = DefaultV1Recipe.complete_config({}, {"pipeline"})["pipeline"] if expected else []
    assert read_project_files(Project.at(folder)).pipeline == tuple(
        dict.fromkeys(component["name"] for component in names)
    )


def test_every_file_that_is_no_yaml_is_told(folder: Path) -> None:
    for name in ("domain.yml", "data/rules.yml"):
        (folder / name).write_text("a: [\n", "utf-8")
    assert [error.place.file.name for error in unreadable(Project.at(folder))] == ["domain.yml", "rules.yml"]


def test_components_have_places_and_the_settings_that_are_plain(folder: Path) -> None:
    config = folder / "config.yml"
    config.write_text(
        "pipeline:\n- name: A\n  size: 5\n  list: [1]\n- nameless: 1\npolicies:\n- name: B\n- name: A\n", "utf-8"
    )
    found = components_of(config, "pipeline")
    assert list(found) == ["A"]
    assert found["A"].place == Place(config, 2)
    assert found["A"].settings == {"name": "A", "size": "5", "list": ""}
    assert component_places(config) == {"A": Place(config, 2), "B": Place(config, 7)}
    assert components_of(config, "importers") == {}


def test_a_config_that_is_no_yaml_is_told_with_its_place(folder: Path) -> None:
    (folder / "config.yml").write_text("pipeline: [\n", "utf-8")
    with pytest.raises(DataError) as raised:
        component_places(folder / "config.yml")
    assert raised.value.place.file == folder / "config.yml"
