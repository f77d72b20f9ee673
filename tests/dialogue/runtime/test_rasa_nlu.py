"""Rasa's own pipelines trained on given examples, and asked."""

import shutil
from pathlib import Path

import pytest

from dialogue.errors import ModelError, ProjectError
from dialogue.project.rasa_project import Project
from dialogue.runtime.rasa_nlu import RasaInterpreter, RasaTrainer
from dialogue.training.incremental_training import train
from nlu.data.nlu_files import read_nlu
from nlu.evaluation.understanding import interpret_all, report
from tests.dialogue.projects import write_project

pytestmark = pytest.mark.heavy

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: stock
language: en
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
- name: RegexEntityExtractor
- name: EntitySynonymMapper
policies:
- name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, book]
entities: [city]
responses:
  utter_hello:
  - text: "Hello."
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
- intent: book
  examples: |
    - flight
    - take me to [Rome](city)
    - take me to [the capital](city:Paris)
- lookup: city
  examples: |
    - Rome
    - Big Apple
    - capital
- synonym: New York
  examples: |
    - Big Apple
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_hello
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A whole Rasa project of stock components."""
    return write_project(tmp_path / "stock", FILES)


def test_a_stock_pipeline_is_trained_on_the_examples_given(project: Path) -> None:
    data = read_nlu(project / "data")
    model = RasaTrainer(Project.at(project), data)(data.examples[:3])
    assert model.interpret("oh hello").intent.name == "greet"
    assert report(list(interpret_all(model, data.examples[:3]))).accuracy == 1
    # The lookup table and the synonyms that are listed serve all; the one annotated in an example left out does not.
    found = model.interpret("flight to big apple or to Rome").entities
    assert [(each.name, each.value) for each in found] == [("city", "New York"), ("city", "Rome")]
    assert [each.value for each in model.interpret("flight to the capital").entities] == ["capital"]
    assert model.interpret("  ").intent.name == ""


def test_a_whole_model_is_asked_without_training(project: Path, tmp_path: Path) -> None:
    model = RasaInterpreter.load(train(project, tmp_path / "models"), project)
    assert model.interpret("a flight please").intent.name == "book"


def test_a_missing_or_damaged_model_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="heedful train"):
        RasaInterpreter.load(tmp_path / "none.tar.gz", tmp_path)
    (tmp_path / "bad.tar.gz").write_bytes(b"no archive")
    with pytest.raises(ModelError, match="heedful train"):
        RasaInterpreter.load(tmp_path / "bad.tar.gz", tmp_path)


def test_a_pipeline_that_does_not_exist_is_told(project: Path) -> None:
    config = project / "other.yml"
    shutil.copy(project / "config.yml", config)
    config.write_text(config.read_text("utf-8").replace("KeywordIntent", "Psychic"), "utf-8")
    data = read_nlu(project / "data")
    with pytest.raises(ProjectError, match="PsychicClassifier"):
        RasaTrainer(Project.at(project, config=config), data)(data.examples)
