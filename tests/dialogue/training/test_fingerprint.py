"""What a model's fingerprint depends on, and when a model is current."""

import shutil
from pathlib import Path

import pytest

from dialogue.project.rasa_project import Project
from dialogue.training.fingerprint import (
    code_fingerprint,
    fingerprint_path,
    is_current,
    record_fingerprint,
    training_fingerprint,
)
from tests.dialogue.projects import SOUND, write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


@pytest.mark.parametrize("name", sorted(set(SOUND) - {"actions/note.py"}))
def test_the_fingerprint_sees_every_input(project: Path, name: str) -> None:
    before = training_fingerprint(Project.at(project))
    assert training_fingerprint(Project.at(project)) == before
    path = project / name
    path.write_text(path.read_text("utf-8") + "extra: [1]\n", "utf-8")
    assert training_fingerprint(Project.at(project)) != before


@pytest.mark.parametrize("name", ["data/linked/more.yml", "data/.ipynb_checkpoints/nlu.yml"])
def test_the_fingerprint_sees_what_rasa_finds(project: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (project / "data" / "linked").symlink_to(tmp_path / "elsewhere")
    before = training_fingerprint(Project.at(project))
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text(SOUND["data/nlu.yml"], "utf-8")
    assert training_fingerprint(Project.at(project)) != before


def test_the_fingerprint_does_not_depend_on_where_the_project_lies(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "copy")
    assert training_fingerprint(Project.at(tmp_path / "copy")) == training_fingerprint(Project.at(project))


def test_the_fingerprint_leaves_out_what_training_does_not_read(project: Path) -> None:
    before = training_fingerprint(Project.at(project))
    (project / "actions" / "new.py").write_text("", "utf-8")
    assert training_fingerprint(Project.at(project)) == before


def test_comments_and_keys_without_a_value_do_not_count_in_a_config(project: Path) -> None:
    before = training_fingerprint(Project.at(project))
    config = project / "config.yml"
    text = config.read_text("utf-8")
    config.write_text(f"# chosen\n{text}importers: null\n", "utf-8")
    assert training_fingerprint(Project.at(project)) == before
    config.write_text(text.replace("language: en", "language: de"), "utf-8")
    assert training_fingerprint(Project.at(project)) != before


def test_a_config_that_cannot_be_read_has_a_fingerprint_of_its_own(project: Path) -> None:
    before = training_fingerprint(Project.at(project))
    (project / "config.yml").write_text("pipeline: [", "utf-8")
    assert training_fingerprint(Project.at(project)) != before


def test_the_code_counts_and_so_does_the_project_s_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_fingerprint(Project.at(project))
    config = project / "config.yml"
    config.write_text(config.read_text("utf-8").replace("KeywordIntentClassifier", "parts.Own"), "utf-8")
    (project / "parts.py").write_text("A = 1", "utf-8")
    own = code_fingerprint(Project.at(project))
    assert own != before
    (project / "parts.py").write_text("A = 2", "utf-8")
    assert code_fingerprint(Project.at(project)) != own
    (project / "parts.py").write_text("A = 1", "utf-8")
    monkeypatch.setattr("dialogue.training.fingerprint.default_identity", lambda: "another encoder")
    assert code_fingerprint(Project.at(project)) != own


def test_a_model_is_current_while_it_and_its_inputs_are_as_recorded(tmp_path: Path) -> None:
    model = tmp_path / "shop-12345678.tar.gz"
    assert not is_current(model, "a")
    model.write_bytes(b"whole")
    assert not is_current(model, "a")
    record_fingerprint(model, "a")
    assert is_current(model, "a")
    assert not is_current(model, "b")
    model.write_bytes(b"dam")
    assert not is_current(model, "a")
    record_fingerprint(model, "a")
    fingerprint_path(model).write_text("not json", "utf-8")
    assert not is_current(model, "a")
