"""`heedful evaluate nlu` from a project's folder to its exit status."""

import json
from pathlib import Path

import pytest

from nlu.data.examples import Listing, NluData, Place
from nlu.data.yaml_nodes import DataError
from nlu.evaluation.understanding import EvaluationError
from nlu.joint.trainer import JointTrainer
from server.cli.evaluate_nlu import NluRun, measure, own_trainer
from server.settings import Settings
from tests.server.cli.test_commands import heedful_here

CONFIG = """
recipe: default.v1
assistant_id: tiny
language: en
pipeline:
- {name: nlu.components.joint.MiniLMJointClassifier, entity_min_steps: 40}
"""
NLU = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
    - good evening
- intent: book
  examples: |
    - a flight to [Paris](city)
    - fly me to [Rome](city)
    - book a trip to [London](city)
    - a ticket to [Madrid](city)
"""
TEST = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello hello
- intent: out_of_scope
  examples: |
    - what is the square root of two
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "tiny"
    (root / "data").mkdir(parents=True)
    (root / "config.yml").write_text(CONFIG, "utf-8")
    (root / "data" / "nlu.yml").write_text(NLU, "utf-8")
    return root


@pytest.mark.heavy
def test_a_file_to_learn_from_stands_in_for_the_projects_data(project: Path, tmp_path: Path) -> None:
    learnt, asked = tmp_path / "train.yml", tmp_path / "test.yml"
    learnt.write_text(NLU.replace("intent: book", "intent: travel"), "utf-8")
    asked.write_text(NLU, "utf-8")
    measured = measure(Settings(), NluRun(project=project, train=learnt, test=asked))
    assert {outcome.interpretation.intent.name for outcome in measured.outcomes} == {"greet", "travel"}
    assert measured.report.accuracy == 0.5


@pytest.mark.heavy
def test_cross_validation_asks_about_every_example(project: Path) -> None:
    measured = measure(Settings(), NluRun(project=project, folds=4))
    assert measured.report.examples == 8
    assert measured.report.accuracy >= 7 / 8
    assert dict(measured.report.entities)["city"].support == 4


@pytest.mark.heavy
def test_a_test_file_is_asked_about_after_training_on_all(project: Path, tmp_path: Path) -> None:
    (tmp_path / "test.yml").write_text(TEST, "utf-8")
    measured = measure(Settings(), NluRun(project=project, test=tmp_path / "test.yml"))
    assert [outcome.example.place.line for outcome in measured.outcomes] == [5, 8]
    assert measured.out_of_scope == "out_of_scope"
    assert measured.report.scope is not None
    assert measured.report.scope.in_scope_accuracy == 1


@pytest.mark.heavy
def test_our_heads_can_be_measured_whatever_the_pipeline_is(project: Path) -> None:
    config = project / "config.yml"
    config.write_text(CONFIG + "- name: DIETClassifier\n", "utf-8")
    place = Place(project, 1)
    data = NluData(listings=(Listing("lookup", "city", (), place),))
    assert own_trainer(Settings(), NluRun(project=project), data) is None
    trainer = own_trainer(Settings(), NluRun(project=project, frozen=True), data)
    assert isinstance(trainer, JointTrainer)
    assert trainer.listings == data.listings


@pytest.mark.heavy
def test_the_command_prints_a_table_writes_files_and_fails_below_a_bar(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
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
    told = json.loads(done.stdout)
    assert told["examples"] == 2
    assert told["out_of_scope"]["loss"] == 0.2


def test_what_is_missing_is_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="give the folder of a Rasa project"):
        measure(Settings(), NluRun(project=tmp_path / "none"))
    (project / "data" / "nlu.yml").write_text('version: "3.1"\n', "utf-8")
    with pytest.raises(EvaluationError, match="has no NLU examples"):
        measure(Settings(), NluRun(project=project))
    (project / "data" / "nlu.yml").write_text("nlu: [\n", "utf-8")
    with pytest.raises(DataError, match=r"nlu\.yml:2"):
        measure(Settings(), NluRun(project=project))


def test_a_config_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "config.yml").unlink()
    with pytest.raises(EvaluationError, match=r"config\.yml cannot be read"):
        measure(Settings(), NluRun(project=project))


def test_a_loss_of_all_is_no_loss_to_measure_at() -> None:
    done = heedful_here("evaluate", "nlu", "--in-scope-loss", "1")
    assert done.returncode == 2
    assert "--in-scope-loss" in done.stderr


@pytest.mark.parametrize("others", [(), ("--test", "t.yml", "--train", "t.yml"), ("--test", "t.yml", "--frozen")])
def test_a_model_is_asked_about_a_test_file_and_learns_nothing(others: tuple[str, ...]) -> None:
    done = heedful_here("evaluate", "nlu", "--model", "x.tar.gz", *others)
    assert done.returncode == 2
    assert "--model" in done.stderr
