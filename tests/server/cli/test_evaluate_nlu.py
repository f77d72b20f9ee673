"""The understanding of a small project measured, by cross-validation and on a test file."""

from pathlib import Path
from typing import Any

import pytest

from nlu.data.examples import Listing, NluData, Place
from nlu.data.yaml_nodes import DataError
from nlu.evaluation.understanding import EvaluationError
from nlu.joint.trainer import JointTrainer
from server.cli.evaluate_nlu import Inputs, NluRun, measure, own_trainer
from server.settings import Settings

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


def write_project(folder: Path) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "config.yml").write_text(CONFIG, "utf-8")
    (folder / "data" / "nlu.yml").write_text(NLU, "utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


@pytest.mark.heavy
def test_a_file_to_learn_from_stands_in_for_the_projects_data(project: Path, tmp_path: Path) -> None:
    learnt, asked = tmp_path / "train.yml", tmp_path / "test.yml"
    learnt.write_text(NLU.replace("intent: book", "intent: travel"), "utf-8")
    asked.write_text(NLU, "utf-8")
    measured = measure(Settings(), NluRun(project, Inputs(train=learnt, test=asked)))
    assert {outcome.interpretation.intent.name for outcome in measured.outcomes} == {"greet", "travel"}
    assert measured.report.accuracy == 0.5


@pytest.mark.heavy
def test_cross_validation_asks_about_every_example(project: Path) -> None:
    measured = measure(Settings(), NluRun(project, folds=4))
    assert measured.report.examples == 8
    assert measured.report.accuracy >= 7 / 8
    assert dict(measured.report.entities)["city"].support == 4


@pytest.mark.heavy
def test_a_test_file_is_asked_about_after_training_on_all(project: Path, tmp_path: Path) -> None:
    (tmp_path / "test.yml").write_text(TEST, "utf-8")
    measured = measure(Settings(), NluRun(project, Inputs(test=tmp_path / "test.yml")))
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
    assert own_trainer(Settings(), NluRun(project), data) is None
    trainer = own_trainer(Settings(), NluRun(project, Inputs(frozen=True)), data)
    assert isinstance(trainer, JointTrainer)
    assert trainer.listings == data.listings


def test_what_is_missing_is_named(project: Path, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=str(tmp_path / "none")):
        measure(Settings(), NluRun(tmp_path / "none"))
    (project / "data" / "nlu.yml").write_text('version: "3.1"\n', "utf-8")
    with pytest.raises(EvaluationError, match="NLU examples"):
        measure(Settings(), NluRun(project))
    (project / "data" / "nlu.yml").write_text("nlu: [\n", "utf-8")
    with pytest.raises(DataError, match=r"nlu\.yml:2"):
        measure(Settings(), NluRun(project))


def test_a_config_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "config.yml").unlink()
    with pytest.raises(EvaluationError, match=r"config\.yml"):
        measure(Settings(), NluRun(project))


@pytest.mark.parametrize(
    "others",
    [
        {"test": None},
        {"train": Path("t.yml")},
        {"config": Path("c.yml")},
        {"frozen": True},
    ],
)
def test_a_model_is_asked_about_a_test_file_and_learns_nothing(others: dict[str, Any]) -> None:
    model: dict[str, Any] = {"model": Path("x.tar.gz"), "test": Path("t.yml")}
    with pytest.raises(ValueError, match="--model"):
        Inputs(**(model | others))


def test_a_model_with_a_test_file_and_learning_without_a_model_go_together() -> None:
    assert NluRun(Path("shop"), Inputs(model=Path("x.tar.gz"), test=Path("t.yml"))).data == Path("shop/data")
    run = NluRun(Path("shop"), Inputs(train=Path("t.yml"), config=Path("c.yml"), frozen=True))
    assert (run.data, run.config_file) == (Path("t.yml"), Path("c.yml"))
