"""What Rasa's validator finds, with places."""

from pathlib import Path

import pytest

from dialogue.project.project_files import read_project_files
from dialogue.project.rasa_project import Project
from dialogue.validation.rasa_validator import rasa_findings
from nlu.data.examples import Place
from nlu.data.nlu_files import read_nlu
from nlu.validation.findings import Finding
from tests.dialogue.conftest import ASSISTANT
from tests.dialogue.projects import write_project

pytestmark = pytest.mark.heavy


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


def findings(project: Path) -> list[Finding]:
    examples = read_nlu(project / "data").examples
    intents = {example.intent: example.place for example in reversed(examples)}
    return list(rasa_findings(Project.at(project), read_project_files(Project.at(project)), intents))


def test_a_sound_project_has_no_findings(project: Path) -> None:
    assert findings(project) == []
    assert findings(ASSISTANT) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "kind", "severity", "place"),
    [
        ("domain.yml", "- greet\n", "- greet\n- ghost\n", "intent-without-examples", "warning", "domain.yml:4"),
        ("domain.yml", "- greet\n", "", "unknown-intent", "error", "rules.yml:5"),
        ("data/rules.yml", "intent: leave", "intent: greet", "unused-intent", "warning", "domain.yml:4"),
        ("data/rules.yml", "utter_hello", "utter_hallo", "unknown-response", "error", "rules.yml:6"),
        ("actions/note.py", "utter_later", "", "unused-response", "hint", "domain.yml:23"),
        ("data/rules.yml", "active_loop: ask_form", "active_loop: no_form", "unknown-form", "error", "rules.yml:8"),
        ("data/rules.yml", "action_note", "action_knot", "unknown-action", "error", "rules.yml:12"),
        ("domain.yml", "    - name\n", "    - nome\n", "unknown-slot", "error", "domain.yml:15"),
        ("domain.yml", "active_loop: ask_form", "active_loop: no_form", "slot-mapping", "error", "domain.yml:7"),
        ("config.yml", "assistant_id: tiny\n", "", "config-key", "warning", "config.yml:1"),
        ("data/nlu.yml", '"3.1"', '"3.0"', "format-version", "hint", "nlu.yml:1"),
        ("data/rules.yml", "steps:\n  - intent: leave", "stops:\n  - intent: leave", "format", "error", "rules.yml"),
        ("domain.yml", "    type: text\n", "    type: txt\n", "unreadable", "error", None),
        ("data/nlu.yml", "    - goodbye", "    goodbye", "rasa", "warning", "nlu.yml"),
    ],
)
def test_what_rasa_finds_has_a_kind_a_place_and_a_cure(
    project: Path, name: str, old: str, new: str, kind: str, severity: str, place: str | None
) -> None:
    text = (project / name).read_text("utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new), "utf-8")
    found = next(each for each in findings(project) if (each.kind, each.severity) == (kind, severity))
    assert found.cure
    assert place is None or place in str(found.place)


def test_stories_that_go_on_differently_are_told_with_both_places(project: Path) -> None:
    stories = """version: "3.1"
stories:
- story: one
  steps:
  - intent: leave
  - action: utter_hello
- story: other
  steps:
  - intent: leave
  - action: utter_later
"""
    (project / "data" / "stories.yml").write_text(stories, "utf-8")
    (found,) = (each for each in findings(project) if each.kind == "story-conflict")
    assert found.place == Place(project / "data" / "stories.yml", 3)
    assert [each.place.line for each in found.also] == [7]
