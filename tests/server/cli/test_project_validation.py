"""What is found wrong with a Rasa project, and how it is reported."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from nlu.data.examples import Listed, Place
from nlu.options import ValidationOptions
from nlu.validation.findings import Finding
from server.cli.project_validation import SHOWN_LINES, as_json, as_text, is_failed, validate
from server.settings import Settings
from tests.dialogue.projects import SOUND, write_project

PLACE = Place(Path("nlu.yml"), 7)
FINDING = Finding("warning", "same-text", "said twice", "remove one", PLACE, (Listed("greet: hi", PLACE),))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "tiny")


def settings() -> Settings:
    return replace(Settings(), validation=ValidationOptions(min_examples=1, confusion_folds=2))


@pytest.mark.heavy
def test_rasas_findings_and_ours_come_together_errors_first(project: Path) -> None:
    nlu = project / "data" / "nlu.yml"
    nlu.write_text(SOUND["data/nlu.yml"].replace("- goodbye", "- hello\n    - hello there"), "utf-8")
    rules = project / "data" / "rules.yml"
    rules.write_text(SOUND["data/rules.yml"].replace("action_note", "action_knot"), "utf-8")
    kinds = [(finding.severity, finding.kind) for finding in validate(settings(), Project.at(project))]
    assert kinds[0] == ("error", "unknown-action")
    assert ("warning", "same-text") in kinds


def test_files_that_cannot_be_read_are_all_told_and_nothing_else(project: Path) -> None:
    (project / "data" / "nlu.yml").write_text('nlu:\n- intent: a\n  examples: |\n    - [x]{"entity" 1}\n', "utf-8")
    (found,) = validate(Settings(), Project.at(project))
    assert (found.severity, found.place) == ("error", Place(project / "data" / "nlu.yml", 4))
    (project / "data" / "rules.yml").write_text("rules: [\n", "utf-8")
    both = validate(Settings(), Project.at(project))
    assert [(finding.kind, finding.place) for finding in both] == [
        ("unreadable", Place(project / "data" / "nlu.yml", 4)),
        ("unreadable", Place(project / "data" / "rules.yml", 2)),
    ]
    assert all(finding.cure for finding in both)


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=str(tmp_path)):
        validate(Settings(), Project.at(tmp_path))


@pytest.mark.heavy
def test_of_what_importers_find_nothing_is_missed(project: Path, tmp_path: Path) -> None:
    nlu = project / "data" / "nlu.yml"
    nlu.write_text(
        SOUND["data/nlu.yml"].replace("- goodbye", "- goodbye [Jo](friend)\n    - bye [Li](friend)"), "utf-8"
    )
    importing = "importers:\n- name: MultiProjectImporter\nimports:\n- ../tiny\n"
    whole = write_project(tmp_path / "whole", {"config.yml": SOUND["config.yml"] + importing})
    assert {finding.severity for finding in validate(settings(), Project.at(whole))} == {"hint"}
    nlu.rename(write_project(whole, {"data/nlu.yml": ""}) / "data" / "nlu.yml")
    assert {finding.severity for finding in validate(settings(), Project.at(whole))} == {"hint"}


@pytest.mark.heavy
def test_of_a_domain_that_is_not_there_nothing_is_missed(project: Path) -> None:
    (project / "domain.yml").unlink()
    (project / "data" / "rules.yml").unlink()
    nlu = project / "data" / "nlu.yml"
    nlu.write_text(
        SOUND["data/nlu.yml"].replace("- goodbye", "- goodbye [Jo](friend)\n    - bye [Li](friend)"), "utf-8"
    )
    (found,) = validate(settings(), Project.at(project))
    assert (found.severity, found.kind) == ("hint", "no-domain")


def test_the_text_begins_with_file_and_line_and_ends_with_the_count() -> None:
    many = replace(FINDING, also=FINDING.also * (SHOWN_LINES + 2))
    lines = list(as_text([FINDING, replace(many, place=None)]))
    assert lines[:3] == [
        "nlu.yml:7: warning: said twice",
        "    nlu.yml:7: greet: hi",
        "    cure: remove one [same-text]",
    ]
    assert lines[3] == "warning: said twice"
    assert lines[-3:] == ["    and 2 more", "    cure: remove one [same-text]", "0 errors, 2 warnings, 0 hints"]


def test_the_json_has_every_line() -> None:
    (written,) = json.loads(json.dumps(as_json([FINDING])))
    assert (written["file"], written["line"], written["severity"]) == ("nlu.yml", 7, "warning")
    assert written["also"] == [{"file": "nlu.yml", "line": 7, "text": "greet: hi"}]


def test_warnings_fail_only_when_strict() -> None:
    assert not is_failed([FINDING], strict=False)
    assert is_failed([FINDING], strict=True)
    assert not is_failed([replace(FINDING, severity="hint")], strict=True)
    assert is_failed([replace(FINDING, severity="error")], strict=False)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("tools", "kind", "line"),
    [("tools:\n  a: {form: missing_form}\n", "client-tool", 2), ("tools:\n  a: {}\n", "unreadable", 2)],
)
def test_what_is_wrong_with_the_clients_tools_is_an_error_with_its_line(
    project: Path, tools: str, kind: str, line: int
) -> None:
    (project / "client_tools.yml").write_text(tools, "utf-8")
    found = validate(settings(), Project.at(project))[0]
    assert (found.severity, found.kind) == ("error", kind)
    assert found.place == Place(project / "client_tools.yml", line)


@pytest.mark.heavy
def test_an_action_that_is_bound_to_a_clients_tool_needs_no_code(project: Path) -> None:
    (project / "actions" / "note.py").unlink()
    (project / "client_tools.yml").write_text("tools:\n  note: {action: action_note}\n", "utf-8")
    assert "missing-action" not in {finding.kind for finding in validate(settings(), Project.at(project))}
