"""Opening files in whatever encoding they come."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import MAX_LINE_CHARACTERS, lines_of, open_text


def read(path: Path) -> str:
    with open_text(path) as file:
        return file.read()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_reads_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,name\n1,Café – 5 €\n".encode(encoding))
    assert read(path) == "id,name\n1,Café – 5 €\n"


def test_a_file_with_two_encodings_reads_right_in_both(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Café\n".encode() + "Café €\n".encode("cp1252"))
    assert read(path) == "Café\nCafé €\n"


def test_a_byte_that_no_encoding_knows_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\x81b")
    assert read(path) == "a\ufffdb"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=50).filter(lambda text: not text.startswith("\ufeff"))
)
def test_utf8_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_bytes(text.encode())
    assert read(path) == text


def test_a_packed_file_is_unpacked_and_its_packed_bytes_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"x" * 100_000))
    counted: list[int] = []
    with open_text(path, counted.append) as file:
        assert len(file.read()) == 100_000
    assert sum(counted) == path.stat().st_size


def test_a_missing_file_and_a_broken_archive_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.csv:1: .*No such file"):
        read(tmp_path / "none.csv")
    broken = tmp_path / "a.csv.gz"
    broken.write_bytes(gzip.compress(b"id,name\n" * 1000)[:-20])
    with pytest.raises(CorpusError, match=r"a\.csv\.gz:1: "):
        read(broken)


def test_a_line_without_an_end_in_sight_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"1\n" + b"x" * (MAX_LINE_CHARACTERS + 1))
    with open_text(path) as file, pytest.raises(CorpusError, match=r"a\.jsonl:2: "):
        list(lines_of(file, path))
