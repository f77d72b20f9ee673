"""What filters test, by passage."""

from array import array
from dataclasses import fields
from pathlib import Path

import numpy as np

from retrieval.index.filter_columns import NONE, Columns, ColumnsWriter


def written(*lengths: int) -> Columns:
    """A product of two passages with everything said, and an entry of one with nothing said."""
    writer = ColumnsWriter()
    writer.add(2, (0, 4, 5), 29.5, True)
    writer.add(1, (1, NONE, NONE), None, None)
    return writer.finish(array("i", lengths))


def as_lists(columns: Columns) -> dict[str, list[float]]:
    """Every column as a list, no price as 0."""
    return {field.name: np.nan_to_num(getattr(columns, field.name)).tolist() for field in fields(columns)}


def test_every_passage_has_the_values_of_its_document() -> None:
    columns = written(7, 3, 2)
    assert len(columns) == 3
    assert as_lists(columns) == {
        "kinds": [0, 0, 1],
        "brands": [4, 4, NONE],
        "categories": [5, 5, NONE],
        "prices": [29.5, 29.5, 0],
        "stocks": [1, 1, NONE],
        "lengths": [7, 3, 2],
    }
    assert np.isnan(columns.prices).tolist() == [False, False, True]


def test_out_of_stock_is_not_the_same_as_not_said() -> None:
    writer = ColumnsWriter()
    writer.add(1, (0, NONE, NONE), 0.0, False)
    columns = writer.finish(array("i", [1]))
    assert (columns.stocks.tolist(), columns.prices.tolist()) == ([0], [0.0])


def test_columns_survive_their_file(tmp_path: Path) -> None:
    columns = written(7, 3, 2)
    columns.save(tmp_path)
    loaded = Columns.load(tmp_path)
    for field in fields(columns):
        before, after = getattr(columns, field.name), getattr(loaded, field.name)
        assert before.dtype == after.dtype
        np.testing.assert_array_equal(before, after)


def test_joined_columns_have_nothing_of_what_is_gone_and_the_new_behind() -> None:
    joined = written(7, 3, 2).joined(written(1, 1, 1), np.array([False, True, False]))
    assert as_lists(joined) == {
        "kinds": [0, NONE, 1, 0, 0, 1],
        "brands": [4, NONE, NONE, 4, 4, NONE],
        "categories": [5, NONE, NONE, 5, 5, NONE],
        "prices": [29.5, 0, 0, 29.5, 29.5, 0],
        "stocks": [1, NONE, NONE, 1, 1, NONE],
        "lengths": [7, 0, 2, 1, 1, 1],
    }
    assert np.isnan(joined.prices[1])
    assert {field.name: getattr(joined, field.name).dtype for field in fields(joined)} == {
        field.name: getattr(written(1, 1, 1), field.name).dtype for field in fields(joined)
    }


def test_no_passages_are_no_rows(tmp_path: Path) -> None:
    ColumnsWriter().finish(array("i")).save(tmp_path)
    assert len(Columns.load(tmp_path)) == 0
