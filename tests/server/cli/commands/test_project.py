"""`heedful validate` and `train`, from a project's folder to the exit status."""

import json
from pathlib import Path

import pytest

from tests.dialogue.projects import SOUND, write_project
from tests.server.cli.running import heedful, heedful_here


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


@pytest.mark.heavy
def test_the_command_tells_findings_and_fails_on_errors_or_when_strict(project: Path) -> None:
    done = heedful("validate", str(project), "--set", "validation.min_examples=1")
    assert (done.returncode, done.stdout) == (0, "0 errors, 0 warnings, 0 hints\n")
    config = project / "config.yml"
    config.write_text(SOUND["config.yml"].replace("assistant_id: tiny\n", ""), "utf-8")
    done = heedful_here("validate", str(project), "--json", "--strict", "--set", "validation.min_examples=1")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert (found["kind"], found["file"], found["line"]) == ("config-key", str(config), 1)


@pytest.mark.heavy
def test_other_data_domain_and_config_are_validated_as_they_are_trained(project: Path, tmp_path: Path) -> None:
    for name in ("data/nlu.yml", "domain.yml", "config.yml"):
        (project / name).rename(tmp_path / Path(name).name)
    config = tmp_path / "config.yml"
    config.write_text(SOUND["config.yml"].replace("assistant_id: tiny\n", ""), "utf-8")
    data = [f"--data={path}" for path in (project / "data", tmp_path / "nlu.yml")]
    others = (*data, f"--domain={tmp_path / 'domain.yml'}", f"--pipeline={config}")
    done = heedful_here("validate", str(project), *others, "--json", "--set", "validation.min_examples=1")
    (found,) = json.loads(done.stdout)
    assert (found["kind"], found["file"]) == ("config-key", str(config))


@pytest.mark.parametrize("command", ["validate", "train"])
def test_a_folder_without_a_project_is_named(command: str, tmp_path: Path) -> None:
    done = heedful_here(command, str(tmp_path), folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert str(tmp_path) in done.stderr


@pytest.mark.parametrize("option", ["--data", "--domain", "--pipeline"])
def test_what_takes_the_place_of_a_projects_part_must_exist(option: str, tmp_path: Path) -> None:
    assert heedful_here("train", option, "gone.yml", folder=tmp_path).returncode == 2
