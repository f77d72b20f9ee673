"""In which format a file is."""

from pathlib import Path

import pytest

from retrieval.ingestion.formats.file_kinds import format_by_name, format_of


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("feed.txt", b"id\ttitle\n1\tMug\n", "table"),
        ("notes.txt", b"Just some notes.\nAnd more.\n", ""),
        ("export", b"id;name\n1;Mug\n2;Cup\n", "table"),
        ("export.csv", b"PK\x03\x04rest", "sheet"),
        ("list.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("list.jsonl", b'[{"a": 1}]', "json"),
        ("list.jsonl", b'{"a": 1}\n', "jsonl"),
        ("list.jsonl", b"", "jsonl"),
        ("export.csv", b'[{"a": 1}]', "json"),
        ("export.csv", b"[id],name\n1,a\n", "table"),
        ("page.txt", b"<!DOCTYPE html><html></html>", "html"),
        ("feed.txt", b'<?xml version="1.0"?><rss></rss>', "xml"),
        ("sitemap.xml", b'<?xml version="1.0"?><urlset></urlset>', "sitemap"),
        ("manual", b"%PDF-1.7", "pdf"),
        ("table.csv", "id;name\n1;Mug\n".encode("utf-16"), "table"),
        ("faq.yml", b"[{question: a}]", "yaml"),
    ],
)
def test_content_decides_where_the_name_does_not(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert format_of(tmp_path / name) == found


def test_names_alone() -> None:
    names = ("a.CSV", "a.csv.gz", "a.xlsx.gz", "a.doc")
    assert [format_by_name(Path(name)) for name in names] == ["table", "table", "", ""]
