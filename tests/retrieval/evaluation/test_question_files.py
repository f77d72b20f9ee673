"""Files of questions with what is expected."""

import json
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.evaluation.answer_checks import Expectation
from retrieval.evaluation.question_files import read_expectations
from retrieval.evaluation.ranking import Topic
from retrieval.question import Question

YAML = """\
- question: how heavy is it
  grades: {"product:a#weight": 2, "product:a": 1}
  expected_text: 5 grams
- question: who won the match
  unanswerable: true
"""


def write(folder: Path, text: str, name: str = "q.jsonl") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_json_lines(tmp_path: Path) -> None:
    row = {"question": "and it?", "expected_ids": ["a"], "expected_text": "x", "product_id": "buds", "kind": "fact"}
    other = {"question": "hello", "expected_ids": [], "expected_text": "", "product_id": None, "before": ["hi"]}
    assert read_expectations(write(tmp_path, f"{json.dumps(row)}\n\n{json.dumps(other)}\n")) == [
        Expectation(Question("and it?", "buds"), ("a",), "x", "fact"),
        Expectation(Question("hello"), (), "", before=("hi",)),
    ]


def test_reads_yaml_with_grades(tmp_path: Path) -> None:
    graded, unanswerable = read_expectations(write(tmp_path, YAML, "q.yml"))
    assert graded.expected_ids == ("product:a#weight", "product:a")
    assert graded.topic == Topic("how heavy is it", {"product:a#weight": 2, "product:a": 1})
    assert (unanswerable.expected_ids, unanswerable.topic) == ((), None)


def test_ids_without_grades_are_alike_and_context_is_not_searched() -> None:
    assert Expectation(Question("q"), ("a", "b"), "").topic == Topic("q", {"a": 1, "b": 1})
    assert Expectation(Question("and it?", "buds"), ("a",), "").topic is None
    assert Expectation(Question("and the other"), ("a",), "", before=("how heavy is the one",)).topic is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"question": "a", "expected_ids": []}\nnonsense\n', r"q\.jsonl:2"),
        ('{"expected_ids": []}', r"q\.jsonl:1: question"),
        ('{"question": "a", "expected": []}', r"q\.jsonl:1: .*'expected'"),
        ('{"question": "a", "grades": {"b": 0}}', r"q\.jsonl:1: grades is .*'b': 0"),
        ('{"question": "a", "grades": ["b"]}', r"q\.jsonl:1: grades is .*'b'"),
        ('{"question": "a", "expected_ids": ["b"], "unanswerable": true}', r"q\.jsonl:1: unanswerable is True"),
        ('{"question": "a", "unanswerable": false}', r"q\.jsonl:1: unanswerable is False"),
        ("\n", r"q\.jsonl:1"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_expectations(write(tmp_path, text))


@pytest.mark.parametrize(("text", "message"), [("a: [", r"q\.yaml:1"), ("a: b", "dict"), ("- a", "entry 1")])
def test_broken_yaml_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_expectations(write(tmp_path, text, "q.yaml"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.jsonl"):
        read_expectations(tmp_path / "none.jsonl")
