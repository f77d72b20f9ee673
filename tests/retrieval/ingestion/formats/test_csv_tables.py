"""CSV and TSV as they are found."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingestion.formats.csv_tables import table_rows
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row

PATH = Path("a.csv")


def rows(text: str, path: Path = PATH, **options: object) -> list[Row | Rejected]:
    return list(table_rows(io.StringIO(text, newline=""), path, **options))  # type: ignore[arg-type]


def test_a_cell_may_hold_delimiters_quotes_and_lines() -> None:
    (first, second) = rows('id,name\r\n1,"a, ""b""\nc"\r\n\r\n2,d\r\n')
    assert first == Row({"id": "1", "name": 'a, "b"\nc'}, "a.csv:2")
    assert second == Row({"id": "2", "name": "d"}, "a.csv:5")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(delimiter: str) -> None:
    assert rows(f"id{delimiter}name\n1{delimiter}a b\n") == [Row({"id": "1", "name": "a b"}, "a.csv:2")]


def test_a_tsv_file_has_tabs_whatever_its_header() -> None:
    assert rows("a,b,c\n1,2\n", Path("x.tsv")) == [Row({"a,b,c": "1,2"}, "x.tsv:2")]


def test_a_row_of_another_length_is_rejected_with_its_line_and_the_next_is_read() -> None:
    short, good = rows("id,name\n1\n2,b\n")
    assert isinstance(short, Rejected)
    assert (short.place, short.reason) == ("a.csv:2", "wrong number of cells")
    assert good == Row({"id": "2", "name": "b"}, "a.csv:3")


def test_a_broken_quote_costs_the_lines_it_swallows_and_no_more() -> None:
    broken, good = rows('id,name\n1,"a"b\n2,c\n')
    assert isinstance(broken, Rejected)
    assert (broken.place, broken.reason) == ("a.csv:2", "not a row of a table")
    assert good == Row({"id": "2", "name": "c"}, "a.csv:3")


def test_names_stand_in_for_a_header_that_is_not_there() -> None:
    columns = ("id", "name")
    assert rows("1,a\n", columns=columns) == [Row({"id": "1", "name": "a"}, "a.csv:1")]
    assert rows("name,id\na,1\n", columns=columns) == [Row({"id": "1", "name": "a"}, "a.csv:2")]


@pytest.mark.parametrize(
    ("header", "names"), [("id,id", ["id", "id 2"]), ("id,", ["id", "column 2"]), (",id,", ["column 1", "id"])]
)
def test_every_column_gets_a_name_of_its_own(header: str, names: list[str]) -> None:
    (row,) = rows(f"{header}\n1,2{',' * (header.count(',') - 1)}\n")
    assert isinstance(row, Row)
    assert list(row.fields)[:2] == names


@pytest.mark.parametrize("first", ["a1,https://shop.example/a", "a1,19.90", 'a1,"[""A >> B""]"', f"a1,{'long ' * 30}"])
def test_a_first_line_of_values_is_no_header(first: str) -> None:
    (one, two) = rows(f"{first}\nb1,x\n")
    assert isinstance(one, Row)
    assert isinstance(two, Row)
    assert (one.fields["column 1"], two.fields, two.place) == ("a1", {"column 1": "b1", "column 2": "x"}, "a.csv:2")


def test_the_delimiter_that_excel_names_is_believed_and_lines_stay_right() -> None:
    assert rows("sep=;\nid;name, all\n1;a,b\n") == [Row({"id": "1", "name, all": "a,b"}, "a.csv:3")]


def test_empty_cells_beyond_the_header_are_nothing() -> None:
    assert rows("id,name\n1,a,,\n") == [Row({"id": "1", "name": "a"}, "a.csv:2")]


def test_an_empty_table_has_no_rows() -> None:
    assert rows("") == rows("id,name\n") == []


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=2, max_size=2)))
def test_what_csv_writes_is_read_again(cells: list[list[str]]) -> None:
    import csv

    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *cells])
    kept = [pair for pair in cells if any(cell.strip() for cell in pair)]
    assert [row.fields for row in rows(file.getvalue()) if isinstance(row, Row)] == [
        {"a": first, "b": second} for first, second in kept
    ]
