"""Reads files of questions with what is expected: JSON Lines, or a YAML list of the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from retrieval.errors import CorpusError
from retrieval.evaluation.answer_checks import Expectation
from retrieval.ingestion.rows.row import Row
from retrieval.question import Question

WANTED = "name a JSON Lines or YAML file of questions"


def read_expectations(path: Path) -> list[Expectation]:
    """Read the questions of a file; raises CorpusError with file and line (in YAML, entry), also for none."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}:1", f"cannot be read ({error}); {WANTED}") from error
    rows = _yaml_rows(path, text) if path.suffix in (".yml", ".yaml") else _json_rows(path, text)
    expectations = [_expectation(row) for row in rows]
    if not expectations:
        raise CorpusError(f"{path}:1", "no questions; write one JSON object on each line")
    return expectations


def _json_rows(path: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield Row.of(json.loads(line), f"{path}:{number}")
            except ValueError as error:
                place = f"{path}:{number}"
                raise CorpusError(place, f"not JSON ({error}); write one object on each line") from error


def _yaml_rows(path: Path, text: str) -> Iterator[Row]:
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CorpusError(f"{path}:1", f"not YAML ({error}); {WANTED}") from error
    if not isinstance(entries, list):
        raise CorpusError(f"{path}:1", f"holds {type(entries).__name__}; write a list of questions")
    yield from (Row.of(entry, f"{path}: entry {number}") for number, entry in enumerate(entries, start=1))


def _expectation(row: Row) -> Expectation:
    row.allow("kind", "question", "expected_ids", "expected_text", "product_id", "grades", "unanswerable", "before")
    product_id = row.text("product_id", default="") if row.fields.get("product_id") is not None else ""
    grades = _grades(row)
    ids = row.texts("expected_ids") or tuple(grades)
    if row.fields.get("unanswerable", not ids) != (not ids):
        raise row.wrong("unanswerable", row.fields["unanswerable"], "a question has either expected_ids or no answer")
    return Expectation(
        Question(row.text("question"), product_id or None),
        ids,
        row.text("expected_text", default=""),
        row.text("kind", default=""),
        grades,
        row.texts("before"),
    )


def _grades(row: Row) -> dict[str, int]:
    grades = row.fields.get("grades") or {}
    whole = isinstance(grades, dict) and all(type(grade) is int and grade > 0 for grade in grades.values())
    if not isinstance(grades, dict) or not whole:
        raise row.wrong("grades", grades, "write a mapping of ids to whole numbers above 0")
    return {str(name): grade for name, grade in grades.items()}
