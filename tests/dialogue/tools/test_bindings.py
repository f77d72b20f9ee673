from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.tools.bindings import WHOLE, Binding, Source, load_bindings, named_like, read_bindings
from nlu.data.yaml_nodes import DataError
from tests.dialogue.tools.tool_project import FILES


def write(folder: Path, text: str) -> Path:
    file = folder / "client_tools.yml"
    file.write_text(text, "utf-8")
    return file


def test_a_file_says_what_each_tool_is_bound_to(tmp_path: Path) -> None:
    joke, table, lamp, fan = load_bindings(write(tmp_path, FILES["client_tools.yml"]))
    assert joke == Binding("tell_joke", "intent", "joke", {"kind": Source("value", "short")}, None, "utter_joke")
    assert table.arguments == {"city": Source("slot", "city"), "guests": Source("entity", "guests")}
    assert (table.trigger, table.name, table.sets) == ("form", "book_form", {"booking": "reference.id"})
    assert (lamp.sets, fan.arguments) == ({}, {})
    assert {name: place.line for name, place in table.places.items()}["arguments.guests"] == 11


def test_a_slot_alone_takes_the_whole_output(tmp_path: Path) -> None:
    (binding,) = read_bindings(write(tmp_path, "tools: {look: {action: a, sets: found}}"))
    assert (binding.sets, binding.arguments) == ({"found": WHOLE}, None)


@pytest.mark.parametrize("text", ["", "version: '1'", "tools:", None])
def test_nothing_may_be_bound(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "client_tools.yml" if text is None else write(tmp_path, text)
    assert load_bindings(file) == ()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("tools: [a]", 1, "tools"),
        ("- a", 1, "the file"),
        ("tool: {}", 1, "'tool'"),
        ("tools:\n  a: {intent: b, action: c}", 2, "'a'"),
        ("tools:\n  a: {}", 2, "'a'"),
        ("tools:\n  a: b", 2, "'a'"),
        ("tools:\n  a:\n    action: b\n    set: c", 4, "'set'"),
        ("tools:\n  a:\n    action: b\n    says:\n      c: d", 5, "says"),
        ("tools:\n  a:\n    action: b\n    arguments: {c: {from: d}}", 4, "'c'"),
        ("tools:\n  a:\n    action: b\n    arguments: {c: {value: 2026-11-30}}", 4, "'c'"),
        ("tools:\n  a:\n    action: b\n    arguments: {c: {value: .nan}}", 4, "'c'"),
        ("tools:\n  a:\n    action: b\n    sets: {c: }", 4, "c"),
        ("tools:\n  a: {action: b}\n  a: {action: c}", 3, "'a'"),
        ("tools:\n  a: {action: b}\n  d: {action: b}", 3, "'b'"),
        ("tools:\n\t- a", 2, "indent"),
    ],
)
def test_what_is_wrong_with_its_form_is_located(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(DataError, match=rf"client_tools\.yml:{line}: .*{told}"):
        list(read_bindings(write(tmp_path, text)))
    with pytest.raises(ProjectError, match=rf"client_tools\.yml:{line}"):
        load_bindings(tmp_path / "client_tools.yml")


@pytest.mark.parametrize(("action", "names"), [("action_a", ("action_a", "a")), ("look_up", ("look_up",))])
def test_an_action_is_a_tools_by_its_name(action: str, names: tuple[str, ...]) -> None:
    assert named_like(action) == names
