"""Which room of dialogue may import which: a project's files know nothing of what is made of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "project": {"project"},
    "validation": {"validation", "project"},
    "training": {"training", "validation", "project"},
    "runtime": {"runtime", "training", "project"},
}


def imported_modules(*files: Path) -> Iterator[str]:
    """The dotted names of all that the files import, wherever in them."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def rooms_of(names: Iterator[str]) -> set[str]:
    """The rooms of dialogue that the names are in."""
    parts = (name.split(".") for name in names)
    return {part[1] for part in parts if part[0] == "dialogue" and part[1:]} & MAY_IMPORT.keys()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_what_comes_before_them(room: str) -> None:
    assert rooms_of(imported_modules(*(ROOT / "dialogue" / room).rglob("*.py"))) <= MAY_IMPORT[room]


def test_what_all_rooms_share_imports_none_of_them() -> None:
    assert rooms_of(imported_modules(*(ROOT / "dialogue").glob("*.py"))) == set()


def test_a_project_s_files_are_read_without_rasa() -> None:
    names = {name.split(".")[0] for name in imported_modules(*(ROOT / "dialogue" / "project").rglob("*.py"))}
    assert not names & {"rasa", "rasa_sdk", "tensorflow"}


def test_the_joint_model_knows_nothing_of_the_components_made_of_it() -> None:
    names = imported_modules(*(ROOT / "nlu" / "joint").rglob("*.py"))
    assert not [name for name in names if name.startswith("nlu.components")]
