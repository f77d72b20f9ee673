"""Rows of files in every format."""

from pathlib import Path

import pytest

from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.source_rows import rows_of


@pytest.mark.parametrize(
    ("file_format", "text"),
    [
        ("jsonl", '{"a": "1"}\n'), ("json", '[{"a": "1"}]'), ("table", "a\n1\n"), ("yaml", "- a: '1'\n"),
    ],
)  # fmt: skip
def test_one_row_from_every_format(tmp_path: Path, file_format: str, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    (row,) = rows_of(path, file_format)
    assert isinstance(row, Row)
    assert row.fields == {"a": "1"}
