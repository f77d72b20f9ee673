"""Manuals in PDF, written by hand after ISO 32000."""

from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import not_counted

pytest.importorskip("pypdf")

from retrieval.ingestion.formats.pdf_manuals import pdf_rows


def write_pdf(path: Path, lines: list[tuple[int, str]]) -> Path:
    """Write one page with lines of (size of letters, text)."""
    shown = "".join(f"/F1 {size} Tf 0 -{size + 4} Td ({text}) Tj\n" for size, text in lines)
    stream = f"BT 50 800 Td\n{shown}ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    body += f"xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    path.write_bytes(body.encode("latin-1"))
    return path


def test_larger_letters_are_title_and_headings(tmp_path: Path) -> None:
    lines = [(20, "Kettle manual"), (10, "Read this before use."), (14, "Cleaning"), (10, "Use vinegar"),
             (10, "once a month."),
             (14, "Cleaning"), (10, "Never under water."), (10, "3")]  # fmt: skip
    (row,) = pdf_rows(write_pdf(tmp_path / "kettle.pdf", lines), not_counted)
    assert row.fields == {
        "kind": "policy", "id": "kettle", "title": "Kettle manual", "text": "Read this before use.",
        "sections": {"Cleaning": "Use vinegar once a month.", "Cleaning 2": "Never under water."},
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"%PDF-1.4 and no more", b""])
def test_what_is_no_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=r"a\.pdf:1: "):
        list(pdf_rows(path, not_counted))


def test_a_scan_is_refused_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="text recognition"):
        list(pdf_rows(write_pdf(tmp_path / "a.pdf", []), not_counted))
