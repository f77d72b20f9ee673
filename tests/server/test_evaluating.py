"""`heedful evaluate asr`: the table, the JSON and the picture."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from asr.evaluation import Clip, ClipResult, grouped, judge
from server.evaluating import COLUMNS, as_table, worst_lines, write_json, write_picture


@pytest.fixture
def results() -> list[ClipResult]:
    def result(heard: str, snr_db: float | None) -> ClipResult:
        return judge(Clip(Path("a.wav"), "turn the light on", "command", snr_db), heard, 2.0, 0.1)

    return [result("turn the light on", None), result("turn the night on", 10.0), result("", 0.0)]


def test_the_table_has_a_row_for_each_group_under_its_columns(results: list[ClipResult]) -> None:
    header, *rows = as_table(grouped(results))
    assert header.split() == [name[:9] for name in COLUMNS]
    assert [row[:18].strip() for row in rows] == ["kind command", "10 dB", "0 dB", "all"]
    assert rows[1].split()[2:5] == ["1", "0.25", "0.0588"]


def test_the_worst_are_shown_worst_first_with_both_texts(results: list[ClipResult]) -> None:
    lines = list(worst_lines(results, 5))
    assert lines[0].split() == ["100%", "a.wav", "at", "0", "dB"]
    assert lines[3].split() == ["25%", "a.wav", "at", "10", "dB"]
    assert lines[5].split() == ["heard", "turn", "the", "night", "on"]
    assert len(lines) == 6  # the clip without an error is not shown


def test_everything_measured_is_in_the_json(results: list[ClipResult], tmp_path: Path) -> None:
    write_json(results, tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["groups"]["all"]["clips"] == 3
    assert [clip["hypothesis"] for clip in written["clips"]] == ["turn the light on", "turn the night on", ""]
    assert written["clips"][1]["clip"]["snr_db"] == 10.0


def test_the_picture_is_a_picture(results: list[ClipResult], tmp_path: Path) -> None:
    write_picture(results, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.format == "PNG"
        assert image.size == (720, 480)
        assert len(np.unique(np.asarray(image.convert("L")))) > 10  # something is drawn
