"""What Rasa raises, as findings: which place, which cure, how long a message."""

from pathlib import Path

import pytest

from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from nlu.data.examples import Place
from nlu.validation.findings import Finding
from tests.dialogue.projects import write_project

with quiet_imports():
    from rasa.shared.exceptions import RasaException, YamlException
    from rasa.shared.utils.validation import YamlValidationException

    from dialogue.validation.rasa_errors import LONGEST_MESSAGE, findings_of, place_in, shortened

pytestmark = pytest.mark.heavy


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.at(write_project(tmp_path / "tiny"))


def finding(error: BaseException, project: Project) -> Finding:
    (found,) = findings_of(error, project)
    return found


def test_each_mistake_of_a_file_s_format_is_a_finding_at_its_line(project: Project) -> None:
    text = "in a.yml:3:\n  Key 'intend' is not defined.\n\nin Line 7:\n  Cannot find required key 'steps'."
    places = [(found.kind, found.place) for found in findings_of(_saying(text, "nlu.yml"), project)]
    assert places == [("format", Place(Path("a.yml"), 3)), ("format", Place(Path("nlu.yml"), 7))]


def _saying(text: str, file: str) -> YamlValidationException:
    """Make an error with that message, which Rasa builds from the parser's own objects."""

    class Saying(YamlValidationException):  # type: ignore[misc]  # Rasa has no types
        def __str__(self) -> str:
            return text

    return Saying(text, filename=file)


@pytest.mark.parametrize(
    ("message", "line", "cure"),
    [
        ("Cannot retrieve class 'KeywordIntentClassifier'", 5, "name"),
        ("The rule 'leave' Contradicts the rule 'greet'", 9, "agree"),
        ("Unresolved slots: 'goodbye'", 8, "slots"),
        ("\x1b[91mNo recipe named 'x'\x1b[0m", None, "default.v1"),
        ("KeywordIntentClassifier stopped with ValueError", 5, "settings"),
        ("nothing that is known", None, "message"),
    ],
)
def test_a_message_leads_to_a_place_and_a_cure(project: Project, message: str, line: int | None, cure: str) -> None:
    found = finding(RasaException(message), project)
    assert (found.kind, found.severity) == ("unreadable", "error")
    assert (found.place.line if found.place else None) == line
    assert cure in found.cure
    assert "\x1b" not in found.message


def test_of_what_is_mentioned_a_rule_is_pointed_at_rather_than_an_intent(project: Project) -> None:
    found = finding(RasaException("the intent 'greet' in rule 'leave'"), project)
    assert found.place == Place(project.folder / "data" / "rules.yml", 9)


def test_a_file_that_the_error_names_is_its_place(project: Project) -> None:
    assert finding(YamlException(filename="/a/domain.yml"), project).place == Place(Path("/a/domain.yml"), 1)
    assert finding(RasaException("In '/a/nlu.yml', on line 7"), project).place == Place(Path("/a/nlu.yml"), 7)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Failed to read '/a/b.yaml'.", Place(Path("/a/b.yaml"), 1)),
        ("b.json is wrong", None),
        ("see b.json at line 12", Place(Path("b.json"), 12)),
        ("line 3", None),
    ],
)
def test_a_place_is_read_from_a_message(text: str, place: Place | None) -> None:
    assert place_in(text) == place


def test_a_long_message_is_cut_and_put_on_one_line() -> None:
    assert shortened("one\n  two\tthree ") == "one two three"
    assert len(shortened("x" * 10 * LONGEST_MESSAGE)) < LONGEST_MESSAGE + 3
    assert shortened("x" * LONGEST_MESSAGE) == "x" * LONGEST_MESSAGE
