"""Parquet files."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.parquet import parquet_rows
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.sources import sources_in


def test_values_come_as_json_would_have_them(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "n": [Decimal("1.50"), None],
            "day": [date(2024, 5, 6), None],
            "list": [["x"], []],
            "inner": [{"k": 1}, None],
            "map": pa.array([[("k", 2)], []], pa.map_(pa.string(), pa.int64())),
            "raw": [b"Caf\xe9", b""],
            "__index_level_0__": [0, 1],
        }
    )
    pq.write_table(table, path)
    counted: list[int] = []
    first, second = parquet_rows(path, counted.append)
    fields = {"n": 1.5, "day": "2024-05-06", "list": ["x"], "inner": {"k": 1}, "map": {"k": 2}, "raw": "Café"}
    assert first == Row(fields, f"{path}:1")
    assert second.fields == {"n": None, "day": None, "list": [], "inner": None, "map": [], "raw": ""}
    assert path.stat().st_size - 2 <= sum(counted) <= path.stat().st_size


def test_a_table_in_house_columns_becomes_documents(tmp_path: Path) -> None:
    path = tmp_path / "products.parquet"
    pq.write_table(pa.table({"id": ["a"], "name": ["Kettle"], "price": [20.125], "specs": [{"weight": "2kg"}]}), path)
    rejected: list[Rejected] = []
    (document,) = read_sources(sources_in([path]), rejected.append)
    assert rejected == []
    assert [(fact.slug, fact.text) for fact in document.facts] == [("price", "$20.12"), ("weight", "2 kilograms")]


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(CorpusError, match=r"a\.parquet:1: .*Parquet"):
        list(parquet_rows(path, lambda done: None))
