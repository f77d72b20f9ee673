"""Reading test conversations from Rasa's files."""

from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Utters
from dialogue.stories.story_files import read_stories, responses_of

STORIES = """version: "3.1"
stories:
  - story: an order
    steps:
      - user: |
          where is [48213](order_number)
        intent: order_status
      - slot_was_set:
          - order_number: "48213"
          - asked
      - active_loop: null
      - action: action_order_status
"""
CASES = """test_cases:
  - test_case: a greeting
    steps:
      - user: "hello [you]"
      - utter: utter_greet
      - bot: "What now?"
      - slot_was_not_set:
          - name
          - mood: bad
"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_reads_stories_and_end_to_end_tests_of_a_project(tmp_path: Path) -> None:
    written(tmp_path, "tests/test_stories.yml", STORIES)
    written(tmp_path, "e2e_tests/deep/greeting.yaml", CASES)
    written(tmp_path, "tests/notes.txt", "stories: no")
    order, greeting = read_stories(tmp_path)
    (said, *checks) = order.steps
    assert isinstance(said, Said)
    assert (said.text, said.intent) == ("where is 48213", "order_status")
    assert [(entity.name, entity.value) for entity in said.entities] == [("order_number", "48213")]
    assert checks == [Holds("order_number", "48213"), Holds("asked", any_value=True), Does("action_order_status")]
    assert (greeting.name, greeting.file.name) == ("a greeting", "greeting.yaml")
    assert greeting.steps == (
        Said("hello [you]"),
        Utters("utter_greet"),
        Replies("What now?"),
        HoldsNot("name", any_value=True),
        HoldsNot("mood", "bad"),
    )


def test_a_single_file_is_read(tmp_path: Path) -> None:
    (story,) = read_stories(written(tmp_path, "mine.yml", CASES))
    assert story.name == "a greeting"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("stories: [", "cannot be read"),
        ("test_cases:\n- test_case: rich\n  fixtures: [premium]\n", "rich: fixtures"),
        ("test_cases:\n- test_case: odd\n  steps:\n  - commands: [x]\n", "odd: the step"),
    ],
)
def test_what_cannot_be_checked_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=named):
        read_stories(written(tmp_path, "mine.yml", text))


@pytest.mark.parametrize("name", ["domain.yml", "domain/part.yml"])
def test_reads_the_responses_of_a_domain(name: str, tmp_path: Path) -> None:
    written(tmp_path, name, 'responses:\n  utter_hello:\n  - text: "Hi."\n')
    assert responses_of(Project.at(tmp_path)) == {"utter_hello": [{"text": "Hi."}]}
