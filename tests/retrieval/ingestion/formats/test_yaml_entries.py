"""YAML lists, entry by entry."""

import io
from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.yaml_entries import yaml_rows
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row


def rows(text: str) -> list[Row | Rejected]:
    return list(yaml_rows(io.StringIO(text), Path("faq.yml")))


def test_each_entry_has_the_line_it_begins_in() -> None:
    text = "# notes\n- question: Why?\n  answer: |\n    Because.\n    So.\n\n- {question: When}\n"
    assert rows(text) == [
        Row({"question": "Why?", "answer": "Because.\nSo.\n"}, "faq.yml:2"),
        Row({"question": "When"}, "faq.yml:7"),
    ]


def test_an_entry_may_repeat_what_an_earlier_one_has() -> None:
    first, second = rows("- a: &x [1, 2]\n- b: *x\n")
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.fields["a"] == second.fields["b"] == [1, 2]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_has_no_entries(text: str) -> None:
    assert rows(text) == []


def test_an_entry_that_is_no_mapping_is_rejected_and_the_next_is_read() -> None:
    text, numbers, good = rows("- just text\n- {1: a}\n- a: b\n")
    assert [(found.place, found.reason) for found in (text, numbers) if isinstance(found, Rejected)] == [
        ("faq.yml:1", "no mapping"),
        ("faq.yml:2", "no mapping"),
    ]
    assert good == Row({"a": "b"}, "faq.yml:3")


def test_a_date_that_is_none_costs_its_own_entry_alone() -> None:
    wrong, right = rows("- day: 2024-02-30\n- day: 2024-02-29\n")
    assert isinstance(wrong, Rejected)
    assert (wrong.place, wrong.reason) == ("faq.yml:1", "not YAML")
    assert right == Row({"day": date(2024, 2, 29)}, "faq.yml:2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("question: Why?\n", "faq.yml:1: "),
        ("- a: 1\n- b: [1,\n", "faq.yml:3: "),
        ("- a: b: c\n", "faq.yml:1: .*mapping values"),
        ("- a: 1\n- b: !!python/object:os.system x\n", "faq.yml:2: .*os.system"),
        ("- a: 1\n- b: \x00\n", "faq.yml:2: .*U\\+0000"),
        ("- a: " + "[" * 2000, "faq.yml:1: "),
        ("- a\n---\n- b\n", "faq.yml:2: "),
    ],
)
def test_what_is_no_list_in_yaml_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        rows(text)


def test_an_entry_whose_aliases_repeat_too_much_is_rejected_and_the_next_is_read() -> None:
    bomb = "".join(f"- a{at}: &l{at} [{', '.join([f'*l{at - 1}'] * 10)}]\n" for at in range(1, 40))
    first, *others, last = rows(f"- a: &l0 [x]\n{bomb}- b: good\n")
    assert (first, last) == (Row({"a": ["x"]}, "faq.yml:1"), Row({"b": "good"}, "faq.yml:41"))
    rejected = [found for found in others if isinstance(found, Rejected)]
    assert [found.place for found in rejected] == [f"faq.yml:{line}" for line in range(7, 41)]


def test_an_entry_that_holds_itself_is_rejected() -> None:
    (rejected,) = rows("- &x\n  a: *x\n")
    assert isinstance(rejected, Rejected)
    assert rejected.place == "faq.yml:1"


def test_a_long_text_is_not_repeated_without_end() -> None:
    text = "x" * 100_000
    first, second = rows(f"- a: &x {text}\n- b: [{', '.join(['*x'] * 1_000)}]\n")
    assert (first, isinstance(second, Rejected)) == (Row({"a": text}, "faq.yml:1"), True)
