from pathlib import Path

import pytest

from dialogue.project.project_files import read_project_files
from dialogue.project.rasa_project import Project
from dialogue.tools.binding_checks import wrong_bindings
from dialogue.tools.bindings import read_bindings
from nlu.validation.findings import Finding
from tests.dialogue.projects import write_project
from tests.dialogue.tools.tool_project import FILES


def findings(folder: Path, tools: str) -> list[Finding]:
    project = Project.at(write_project(folder, FILES | {"client_tools.yml": tools}))
    return list(wrong_bindings(read_bindings(project.client_tools), read_project_files(project).domain))


def test_nothing_is_wrong_with_a_sound_project(tmp_path: Path) -> None:
    assert findings(tmp_path, FILES["client_tools.yml"]) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("intent: jest", "intent 'jest'"),
        ("form: other_form", "form 'other_form'"),
        ("action: action_missing", "action 'action_missing'"),
        ("action: action_lamp\n    says: utter_missing", "response 'utter_missing'"),
        ("action: action_lamp\n    sets:\n      missing: key", "slot 'missing'"),
        ("action: action_lamp\n    arguments:\n      at: missing", "slot 'missing'"),
        ("action: action_lamp\n    arguments:\n      at: {entity: missing}", "entity 'missing'"),
    ],
)
def test_a_name_that_the_domain_lacks_is_an_error_with_its_line(tmp_path: Path, wrong: str, told: str) -> None:
    (finding,) = findings(tmp_path, f"tools:\n  lamp:\n    {wrong}\n")
    assert (finding.severity, finding.kind) == ("error", "client-tool")
    assert told in finding.message
    assert finding.place is not None
    assert finding.place.line == 3 + wrong.count("\n")


def test_rasas_own_intents_need_no_list(tmp_path: Path) -> None:
    assert findings(tmp_path, "tools: {help: {intent: nlu_fallback}}") == []
