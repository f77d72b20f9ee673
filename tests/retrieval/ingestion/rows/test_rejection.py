"""What was left out: written down, counted, and read again."""

import json
from pathlib import Path

from retrieval.errors import CorpusError
from retrieval.ingestion.rows.rejection import MAX_EXCERPT, Intake, Rejected, Rejections
from retrieval.ingestion.rows.row import Row

PRICE = Rejected("shop:2024/a.csv:7", "price is 'x'; write a number", "price is not usable", '{"price": "x"}')
EMPTY = Rejected("shop:2024/a.csv:9", "an empty row; fill it", "empty row")


def written(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_error_about_a_row_keeps_the_beginning_of_the_row() -> None:
    error = CorpusError("a:1", "too long", "length")
    assert Rejected.of(error) == Rejected("a:1", "too long", "length", "")
    kept = Rejected.of(error, Row({"é": "x" * 2 * MAX_EXCERPT, "n": object()}, "a:1")).row
    assert kept.startswith('{"é": "xxx')
    assert len(kept) == MAX_EXCERPT


def test_each_entry_is_a_line_with_file_and_line_apart(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rejected.jsonl"
    with Rejections(path) as rejections:
        rejections(PRICE)
        rejections(EMPTY)
    assert written(path) == [
        {"file": "shop:2024/a.csv", "line": 7, "problem": PRICE.problem, "reason": PRICE.reason, "row": PRICE.row},
        {"file": "shop:2024/a.csv", "line": 9, "problem": EMPTY.problem, "reason": EMPTY.reason, "row": ""},
    ]


def test_like_entries_are_counted_together_the_most_frequent_first(tmp_path: Path) -> None:
    with Rejections(tmp_path / "rejected.jsonl") as rejections:
        for rejected in (EMPTY, PRICE, PRICE):
            rejections(rejected)
        intake = rejections.intake(5)
    assert intake == Intake(5, (("price is not usable", 2), ("empty row", 1)))
    assert (intake.read, intake.rejected, len(rejections), rejections.first) == (8, 3, 3, EMPTY)


def test_nothing_left_out_leaves_no_file_not_even_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    path.write_text("old\n", encoding="utf-8")
    with Rejections(path) as rejections:
        assert rejections.intake(2) == Intake(2, ())
    assert not path.exists()
    assert rejections.first is None


def test_a_text_that_utf8_cannot_hold_is_written_as_its_escape(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    with Rejections(path) as rejections:
        rejections(Rejected("a:1", "wrong", "wrong", "x\ud800"))
    assert r"x\ud800" in path.read_text(encoding="utf-8")
