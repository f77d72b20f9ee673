"""Reading test conversations from Rasa's files."""

from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Says, Utters
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


def test_a_folder_of_tests_is_read_whole_and_of_a_project_its_tests_alone(tmp_path: Path) -> None:
    written(tmp_path, "data/stories.yml", STORIES)
    written(tmp_path, "cases/deep/mine.yml", CASES)
    assert [story.name for story in read_stories(tmp_path / "cases")] == ["a greeting"]
    written(tmp_path, "domain.yml", "")
    assert read_stories(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("stories: [", "cannot be read"),
        ("test_cases:\n- test_case: rich\n  fixtures: [premium]\n", "rich: the fixture premium is not in the file"),
        ("stub_custom_actions: {a: {}}\ntest_cases:\n- test_case: x\n", "actions are run here, not replaced"),
        ("test_cases:\n- test_case: x\n  steps: [{user: hi, metadata: m}]\n", "x: the metadata m is not in the file"),
        (
            "metadata: [{m: {audio: no.wav}}]\ntest_cases:\n- test_case: x\n  steps: [{user: hi, metadata: m}]\n",
            "there is no recording .*no.wav",
        ),
        ("test_cases:\n- test_case: x\n  steps: [{user: hi, assertions: [{flow_started: f}]}]\n", "x: 'hi': flow"),
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


RICH = """
fixtures:
  - premium:
      - level: gold
      - points: 5
  - named: {name: Ann}
metadata:
  - clip: {audio: clips/hello.wav}
  - phone: {channel: phone, spoken: "good bye"}
test_cases:
  - test_case: both
    fixtures: [premium, named]
    steps:
      - user: hello
        metadata: clip
        assertion_order_enabled: true
        assertions:
          - bot_uttered: {text_matches: "gold"}
      - bot: "left out, as Rasa does"
      - user: bye
        metadata: phone
"""


def test_fixtures_metadata_and_assertions_are_read(tmp_path: Path) -> None:
    written(tmp_path, "clips/hello.wav", "")
    (story,) = read_stories(written(tmp_path, "rich.yml", RICH))
    assert story.slots == {"level": "gold", "points": 5, "name": "Ann"}
    recording = tmp_path / "clips" / "hello.wav"
    assert story.steps == (
        Said("hello", recording=recording, in_order=True),
        Says(pattern="gold"),
        Said("bye", spoken="good bye"),
    )
