import shutil
from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.fingerprint import fingerprint_path, training_fingerprint
from dialogue.rasa_runtime import RasaRuntime
from dialogue.training import train
from tests.dialogue.conftest import Conversation, TwoProducts

pytestmark = pytest.mark.heavy

FILES = {
    "config.yml": """
recipe: default.v1
assistant_id: tiny
language: en
pipeline:
  - name: nlu.components.joint.MiniLMJointClassifier
policies:
  - name: RulePolicy
""",
    "domain.yml": """
version: "3.1"
intents: [greet, leave]
responses:
  utter_hello:
    - text: "Hello."
  utter_bye:
    - text: "Bye."
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - hello
      - good morning
  - intent: leave
    examples: |
      - goodbye
      - see you
""",
    "data/rules.yml": """
version: "3.1"
rules:
  - rule: greet
    steps:
      - intent: greet
      - action: utter_hello
  - rule: leave
    steps:
      - intent: leave
      - action: utter_bye
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A whole Rasa project of two intents."""
    root = tmp_path / "tiny"
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_trained_project_talks(project: Path, tmp_path: Path) -> None:
    model = train(project, tmp_path / "models")
    assert model == tmp_path / "models" / "tiny.tar.gz"
    runtime = RasaRuntime.load(model, TwoProducts())
    conversation = Conversation(runtime, "me")
    assert [conversation.say(text).text for text in ("good morning", "see you")] == ["Hello.", "Bye."]
    runtime.close()
    assert not [path for path in (tmp_path / "models").iterdir() if path.is_dir()]


def test_nothing_is_trained_when_nothing_changed(project: Path, tmp_path: Path) -> None:
    first = train(project, tmp_path).stat().st_mtime_ns
    assert train(project, tmp_path).stat().st_mtime_ns == first
    replace_in(project / "data" / "nlu.yml", "- see you", "- farewell")
    assert train(project, tmp_path).stat().st_mtime_ns > first


def test_a_damaged_model_is_trained_again(project: Path, tmp_path: Path) -> None:
    model = train(project, tmp_path)
    model.write_bytes(b"")
    assert train(project, tmp_path).stat().st_size > 0
    fingerprint_path(model).write_text("not json", "utf-8")
    before = model.stat().st_mtime_ns
    assert train(project, tmp_path).stat().st_mtime_ns > before


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_fingerprint_sees_every_input(project: Path, name: str) -> None:
    before = training_fingerprint(project)
    assert training_fingerprint(project) == before
    path = project / name
    path.write_text(path.read_text("utf-8") + "# a comment\n", "utf-8")
    assert training_fingerprint(project) != before


def test_the_fingerprint_does_not_depend_on_where_the_project_lies(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "copy")
    assert training_fingerprint(tmp_path / "copy") == training_fingerprint(project)


def test_the_fingerprint_leaves_out_what_training_does_not_read(project: Path) -> None:
    before = training_fingerprint(project)
    (project / "actions").mkdir()
    (project / "actions" / "new.py").write_text("", "utf-8")
    assert training_fingerprint(project) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("data/nlu.yml", "    examples: |\n      - goodbye", "   examples: |\n      - goodbye", r"nlu\.yml.*line 9"),
        ("domain.yml", "intents: [greet", "intents: {greet", r"domain\.yml.*line 3"),
        ("data/rules.yml", "    steps:\n      - intent: leave", "    stops:\n      - intent: leave", r"rules\.yml"),
        ("config.yml", "joint.MiniLM", "joint.Absent", "AbsentJointClassifier"),
    ],
)
def test_a_mistake_names_its_file(project: Path, tmp_path: Path, name: str, old: str, new: str, place: str) -> None:
    replace_in(project / name, old, new)
    with pytest.raises(ProjectError, match=f"(?s){place}"):
        train(project, tmp_path / "models")


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data"])
def test_a_folder_that_is_no_project_is_refused(project: Path, tmp_path: Path, name: str) -> None:
    path = project / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ProjectError, match=f"has no {name}"):
        train(project, tmp_path / "models")
