"""Two files of products read, matched, merged and written as one."""

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import RetrievalError
from retrieval.progress import Untold
from server.cli.match_catalogs import MatchReport, match_files
from server.settings import Settings

MINE: list[dict[str, Any]] = [
    {"id": "a", "name": "Oak Desk Lamp", "description": "Shines.", "price": 20},
    {"id": "b", "name": "Brook Flask", "description": "Keeps warm."},
]
THEIRS: list[dict[str, Any]] = [
    {"id": "7", "name": "oak desk lamp", "description": "It shines.", "price": 25},
    {"id": "8"},
]


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path / "mine" / "products.jsonl", MINE), write(tmp_path / "theirs" / "products.jsonl", THEIRS)


def matched(left: Path, right: Path, out: Path) -> MatchReport:
    return match_files(Settings(), left, right, (), out, Untold())


def test_the_same_product_is_written_once_and_the_others_as_they_are(
    sources: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "merged.jsonl"
    report = matched(*sources, out)
    assert (report.left, report.right, report.pairs, report.products) == (2, 1, 1, 2)
    lamp, flask = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert (lamp["id"], lamp["name"], lamp["price"]) == ("a", "Oak Desk Lamp", 20)
    assert "25" in json.dumps(lamp["specs"])
    assert (flask["id"], flask["description"]) == ("b", "Keeps warm.")


def test_what_cannot_be_read_is_left_out_and_lies_next_to_the_result(
    sources: tuple[Path, Path], tmp_path: Path
) -> None:
    report = matched(*sources, tmp_path / "merged.jsonl")
    assert report.rejected == tmp_path / "merged.rejected.jsonl"
    assert (report.intake.read, report.intake.kept, report.intake.rejected) == (4, 3, 1)
    assert len(report.rejected.read_text(encoding="utf-8").splitlines()) == 1
    assert list(report.lines())[1] == f"4 entries read, 3 kept, 1 left out: {report.rejected}"


def test_a_source_is_not_matched_with_itself(sources: tuple[Path, Path], tmp_path: Path) -> None:
    mine, _ = sources
    with pytest.raises(RetrievalError, match=str(mine)):
        matched(mine, mine.parent / ".." / "mine" / "products.jsonl", tmp_path / "merged.jsonl")
    assert not (tmp_path / "merged.jsonl").exists()
