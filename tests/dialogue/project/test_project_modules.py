"""How a project's own modules are imported, and what is left of it afterwards."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dialogue.project.project_modules import own_modules


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return folder


def imported(folder: Path, name: str) -> ModuleType:
    with own_modules(folder):
        return importlib.import_module(name)


def test_the_import_path_is_left_as_it_was(tmp_path: Path) -> None:
    before = list(sys.path)
    assert imported(write(tmp_path, "own_part.py", "a = 1"), "own_part").a == 1
    assert sys.path == before


def test_modules_of_one_name_do_not_leak_from_one_project_into_another(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "own_parts/one.py", "from own_parts.two import who")
    write(tmp_path / "a", "own_parts/two.py", "who = 'a'")
    second = write(tmp_path / "b", "own_parts/one.py", "who = 'b'")
    assert [imported(folder, "own_parts.one").who for folder in (first, second, first)] == ["a", "b", "a"]
    with own_modules(second), pytest.raises(ModuleNotFoundError):
        importlib.import_module("own_parts.two")


def test_changed_code_is_imported_anew_and_what_imports_late_finds_it(tmp_path: Path) -> None:
    write(tmp_path, "own_part.py", "def late():\n    import own_helper\n    return own_helper.a\nimport own_helper")
    write(tmp_path, "own_helper.py", "a = 1")
    assert imported(tmp_path, "own_part").late() == 1
    write(tmp_path, "own_helper.py", "a = 'another'")
    assert imported(tmp_path, "own_part").late() == "another"


def test_what_was_imported_before_is_back_after_a_failure(tmp_path: Path) -> None:
    before = imported(write(tmp_path / "a", "own_part.py", "a = 1"), "own_part")
    with pytest.raises(ZeroDivisionError):
        imported(write(tmp_path / "b", "own_part.py", "import json\n1 / 0"), "own_part")
    assert sys.modules["own_part"] is before
    assert str(tmp_path / "b") not in sys.path


def test_modules_of_others_stay_imported(tmp_path: Path) -> None:
    sys.modules.pop("this", None)
    imported(write(tmp_path, "own_part.py", "import json, string"), "own_part")
    json = sys.modules["json"]
    imported(tmp_path, "own_part")
    assert sys.modules["json"] is json
