"""JSON Lines, and lists in JSON files read piece by piece."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.json_values import json_line_rows, json_rows
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row

PATH = Path("a.json")


def rows(text: str, *keys: str) -> list[Row | Rejected]:
    return list(json_rows(io.StringIO(text), PATH, keys))


def test_reads_a_list_with_the_line_of_each_object() -> None:
    assert rows('[\n {"a": 1},\n\n {"a": "x"}\n]\n') == [Row({"a": 1}, "a.json:2"), Row({"a": "x"}, "a.json:4")]


@pytest.mark.parametrize("text", ['{"faq": [{"a": 1}]}', '{"n": [2], "faq": [{"a": 1}], "rest": 3}'])
def test_a_map_leads_to_the_list(text: str) -> None:
    assert rows(text, "faq") == [Row({"a": 1}, "a.json:1")]
    assert rows(f'{{"deep": {text}}}', "deep", "faq") == [Row({"a": 1}, "a.json:1")]


def test_an_object_that_begins_with_a_list_of_objects_holds_its_rows_there() -> None:
    assert rows('{"questions": [{"a": 1}, {"a": 2}], "n": 2}') == [Row({"a": 1}, "a.json:1"), Row({"a": 2}, "a.json:1")]


def test_any_other_object_is_one_row() -> None:
    assert rows('{"id": "x", "list": [{"a": 1}]}') == [Row({"id": "x", "list": [{"a": 1}]}, "a.json:1")]


def test_what_is_no_object_is_rejected_and_the_next_is_read() -> None:
    wrong, right = rows('[5,\n{"a": 1}]')
    assert isinstance(wrong, Rejected)
    assert wrong.place == "a.json:1"
    assert right == Row({"a": 1}, "a.json:2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[{}, x]", r"a\.json:1: .*Expecting value"),
        ('[{}\n{"a": 1}]', r"a\.json:2: .*'\{' .*','"),
        ('[{"a": "open', r"a\.json:1: .*Unterminated"),
        ("[{}", r"a\.json:1: .*the end.* ','"),
        ("", r"a\.json:1: .*the end.* '\['"),
        ("5", r"a\.json:1: .*'5' .*'\['"),
        ('[{"a": ' + "[" * 200_000, r"a\.json:1: "),
    ],
)
def test_text_that_is_not_json_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as refused:
        rows(text)
    assert refused.value.reason == "not JSON"


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(CorpusError, match="'items'"):
        rows('{"a": 1, "b": 2}', "items")


class Dripping(io.StringIO):
    """Gives one character at a time, however many are asked for."""

    def read(self, size: int | None = -1, /) -> str:
        return super().read(1)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.text(max_size=4), values, max_size=3), max_size=5), st.sampled_from([None, 1]))
def test_what_is_read_does_not_depend_on_the_pieces(objects: list[dict[str, object]], indent: int | None) -> None:
    text = json.dumps(objects, indent=indent)
    found = json_rows(Dripping(text), PATH)
    assert [row.fields for row in found if isinstance(row, Row)] == objects


class Watched(io.StringIO):
    """Counts what was read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> str:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def test_a_long_list_is_read_as_it_is_asked_for() -> None:
    file = Watched(json.dumps([{"text": "x" * 1000}] * 5000))
    reading = json_rows(file, PATH)
    next(reading)
    assert file.taken < 200_000
    assert sum(1 for _ in reading) == 4999


def test_each_line_stands_for_itself() -> None:
    text = '{"a": 1}\n\n{"a": \n[1]\n' + "[" * 100_000 + '\n{"a": 2}\n'
    first, broken, no_object, deep, last = json_line_rows(io.StringIO(text), Path("a.jsonl"))
    assert (first, last) == (Row({"a": 1}, "a.jsonl:1"), Row({"a": 2}, "a.jsonl:6"))
    reasons = [each.reason for each in (broken, no_object, deep) if isinstance(each, Rejected)]
    assert reasons == ["not JSON", "no mapping", "not JSON"]
