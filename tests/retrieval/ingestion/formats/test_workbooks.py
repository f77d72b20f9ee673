"""Workbooks, written by hand after ECMA-376."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import not_counted
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import sources_in

pytest.importorskip("python_calamine")

from retrieval.ingestion.formats.workbooks import workbook_rows

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """Write sheets of texts and numbers as the smallest workbook there can be."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="s{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
    }
    for n, rows in zip(numbers, sheets, strict=True):
        cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


HEADER: list[object] = ["SKU", "Title", "Price", "Weight (g)"]


def test_a_workbook_is_a_table_with_its_title_passed_over(tmp_path: Path) -> None:
    book = write_workbook(
        tmp_path / "a.xlsx", [["Our catalogue"], [], HEADER, ["M1", "Mug", 5.5, 340]], [HEADER, ["M2", "Cup", 4, 200]]
    )
    assert [(row.fields["SKU"], row.fields["Price"], row.place) for row in workbook_rows(book, not_counted)] == [
        ("M1", 5.5, f"{book}:4"), ("M2", 4, f"{book}:2"),
    ]  # fmt: skip


def test_a_workbook_is_indexed_without_a_map_whatever_its_name(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "export.csv", [HEADER, ["M1", "Mug", 5.5, 340], ["M2", "Cup", "4,00 €", "-"]])
    mug, cup = read_sources(sources_in([book]), lambda _: None)
    assert {fact.label: fact.text for fact in mug.facts} == {"price": "$5.50", "weight": "340 grams"}
    assert {fact.label: fact.text for fact in cup.facts} == {"price": "€4"}


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(CorpusError, match=r"a\.xlsx:1: "):
        list(workbook_rows(path, not_counted))
