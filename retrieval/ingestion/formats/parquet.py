"""Reads Parquet files; the only module that imports pyarrow."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import Advance, decoded
from retrieval.ingestion.rows.row import Row

_BATCH = 1024  # rows
_INDEX = "__index_level_"  # how pandas calls an index that has no name


def parquet_rows(path: Path, advance: Advance) -> Iterator[Row]:
    """The rows of a file, one batch in memory at a time; a row's line is its number.

    Raises CorpusError when the file is damaged or is no Parquet.
    """
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            share = path.stat().st_size / max(file.metadata.num_rows, 1)
            for batch in file.iter_batches(_BATCH):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(_plain_row(values), f"{path}:{number}")
                advance(int(share * batch.num_rows))
    except (pa.ArrowException, OSError) as error:
        problem = f"cannot be read as Parquet ({' '.join(str(error).split())}); check the file"
        raise CorpusError(f"{path}:{number + 1}", problem) from error


def _plain_row(values: dict[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items() if not name.startswith(_INDEX)}


def _plain(value: object) -> object:
    """A value as JSON would have it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return decoded(value)
    if isinstance(value, list):
        is_map = bool(value) and all(isinstance(item, tuple) for item in value)
        return {str(key): _plain(item) for key, item in value} if is_map else [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
