"""What is pinned is looked up, and only what SECURITY.md explains may have a hole."""

import re
from pathlib import Path

import pytest

from tools.audit import HELD, findings, pinned

SECURITY = (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
HOLE = {"id": "CVE-1", "fix_versions": ["2.0"]}


def test_packages_installed_without_dependencies_are_looked_up_too() -> None:
    names = {requirement.partition("==")[0] for requirement in pinned()}
    assert {"torch", "rasa", "aiogram"} <= names
    assert all("==" in requirement for requirement in pinned())


@pytest.mark.parametrize(("name", "is_open"), [("requests", True), ("keras", False)])
def test_a_hole_is_open_unless_the_package_is_held_back(name: str, is_open: bool) -> None:
    ((found, line),) = findings([{"name": name, "version": "1.0", "vulns": [HOLE]}])
    assert found == is_open
    assert f"{name} 1.0: CVE-1, fixed in 2.0" in line


def test_a_package_that_could_not_be_looked_up_is_open() -> None:
    ((is_open, line),) = findings([{"name": "keras", "skip_reason": "not on the index"}])
    assert is_open
    assert "not on the index" in line


def test_a_package_without_a_hole_is_not_named() -> None:
    assert list(findings([{"name": "requests", "version": "1.0", "vulns": []}])) == []


@pytest.mark.parametrize("name", sorted(HELD))
def test_what_is_held_back_is_pinned_and_explained(name: str) -> None:
    names = {re.sub(r"[-_.]+", "-", requirement.partition("==")[0]).lower() for requirement in pinned()}
    assert name in names
    rows = "\n".join(line for line in SECURITY.splitlines() if line.startswith("|")).lower()
    assert re.search(rf"\b{name.replace('-', '[-._]')}\b", rows)
