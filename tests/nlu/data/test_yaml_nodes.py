"""Nodes know the lines that they stand on."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import Node, ScalarNode

from nlu.data.examples import Place
from nlu.data.yaml_nodes import (
    DataError,
    child,
    entries,
    is_null,
    items,
    lines,
    place_of,
    read_nodes,
    read_text,
    scalar,
)

FILE = Path("nlu.yml")
WORDS = st.text(st.characters(codec="ascii", categories=("L", "Nd")), min_size=1, max_size=6)
gaps = st.lists(st.sampled_from(["", "# a comment"]), max_size=3)


def nodes(text: str) -> Node | None:
    composed: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return composed


def written(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "nlu.yml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@given(st.lists(st.tuples(gaps, WORDS), min_size=1, max_size=8))
def test_a_member_of_a_list_is_placed_on_its_line(plan: list[tuple[list[str], str]]) -> None:
    written_lines: list[str] = []
    expected: list[tuple[int, str]] = []
    for before, word in plan:
        written_lines += [*before, f'- "{word}"']
        expected.append((len(written_lines), word))
    found = items(nodes("\n".join(written_lines)))
    assert [(place_of(node, FILE).line, scalar(node)) for node in found] == expected


@given(st.dictionaries(WORDS, st.tuples(gaps, WORDS), min_size=1, max_size=8))
def test_a_value_is_found_by_its_key_and_placed_on_its_line(plan: dict[str, tuple[list[str], str]]) -> None:
    written_lines: list[str] = []
    expected: dict[str, tuple[int, str]] = {}
    for key, (before, word) in plan.items():
        written_lines += [*before, f'"{key}": "{word}"']
        expected[key] = (len(written_lines), word)
    node = nodes("\n".join(written_lines))
    assert [key.value for key, _ in entries(node)] == list(expected)
    for key, (line, word) in expected.items():
        value = child(node, key)
        assert value is not None
        assert (place_of(value, FILE).line, scalar(value)) == (line, word)
    assert child(node, "no such key") is None


@settings(max_examples=200)
@given(
    gaps,
    st.lists(st.one_of(WORDS, st.just("")), min_size=1, max_size=8).filter(any),
    st.sampled_from(["|", "|-", "|+", "|2"]),
)
def test_a_line_of_a_block_is_placed_on_its_own_line(before: list[str], block: list[str], mark: str) -> None:
    head = [*before, f"examples: {mark}"]
    file = [*head, *(f"  {line}" if line else "" for line in block)]
    node = child(nodes("\n".join([*file, ""])), "examples")
    for listed in lines(node, FILE):
        assert listed.place.file == FILE
        source = file[listed.place.line - 1] if listed.place.line <= len(file) else ""
        assert source.strip() == listed.text
    said = [listed.text for listed in lines(node, FILE) if listed.text]
    assert said == [line for line in block if line]


@pytest.mark.parametrize("value", ['"a\\nb"', "a\n\n  b", ">\n  a\n\n  b"])
def test_lines_of_another_text_are_placed_where_it_begins(value: str) -> None:
    node = child(nodes(f"# a comment\nexamples: {value}\n"), "examples")
    assert [(listed.text, listed.place.line) for listed in lines(node, FILE)] == [("a", 2), ("b", 2)]


def test_a_node_of_another_kind_has_nothing() -> None:
    mapping, sequence, text = nodes("a: 1"), nodes("- 1"), nodes("word")
    for node in (sequence, text, None):
        assert list(entries(node)) == []
        assert child(node, "a") is None
    for node in (mapping, text, None):
        assert items(node) == []
    for node in (mapping, sequence, None):
        assert scalar(node) == ""
        assert list(lines(node, FILE)) == []


def test_a_key_that_is_no_text_is_passed_over() -> None:
    node = nodes("? [a, b]\n: 1\nc: 2\n")
    assert [(key.value, scalar(value)) for key, value in entries(node)] == [("c", "2")]


def test_scalars_stay_the_text_of_the_file() -> None:
    found = [scalar(node) for node in items(nodes("[yes, 0x10, 2026-03-23, 1.50, 'a b']"))]
    assert found == ["yes", "0x10", "2026-03-23", "1.50", "a b"]


@pytest.mark.parametrize(("text", "null"), [("a:", True), ("a: ~", True), ("a: null", True), ("a: ''", False)])
def test_no_value_is_null_and_an_empty_text_is_not(text: str, null: bool) -> None:
    assert is_null(child(nodes(text), "a")) is null
    assert is_null(None)


def test_an_empty_file_has_no_nodes(tmp_path: Path) -> None:
    assert read_nodes(written(tmp_path, "# nothing\n")) is None


def test_the_mark_of_byte_order_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, b"\xef\xbb\xbfgr\xc3\xbcn")) == "grün"


@pytest.mark.parametrize(("content", "line"), [(b"\xff", 1), (b"a\nb\nc \xfc", 3), (b"\xc3\xbc\n\xc3", 2)])
def test_what_is_no_utf8_is_placed_on_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = written(tmp_path, content)
    with pytest.raises(DataError) as raised:
        read_text(file)
    assert raised.value.place == Place(file, line)


def test_a_folder_is_refused_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        read_text(tmp_path)
    assert raised.value.place == Place(tmp_path, 1)


@pytest.mark.parametrize(
    ("content", "line"), [("a: 1\nb: 'open\n", 3), ("a: 1\n\tb: 2\n", 2), ("a: [1\nb: 2\n", 2), ("a: \x07\n", 1)]
)
def test_what_is_no_yaml_is_placed_and_says_what_to_do(tmp_path: Path, content: str, line: int) -> None:
    file = written(tmp_path, content)
    with pytest.raises(DataError) as raised:
        read_nodes(file)
    error = raised.value
    assert error.place == Place(file, line)
    assert str(error) == f"{file}:{line}: {error.problem}: {error.cure}"
    assert error.cure


def test_the_root_is_what_pyyaml_composes(tmp_path: Path) -> None:
    node = read_nodes(written(tmp_path, "a: [1, x]\n"))
    assert [(scalar(part), type(part)) for part in items(child(node, "a"))] == [("1", ScalarNode), ("x", ScalarNode)]
