"""`heedful evaluate asr`: the tables, the JSON, the picture, and what is refused before anything is measured."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from asr.evaluation.acoustics import AS_RECORDED, Condition
from asr.evaluation.recognition import Clip, ClipFailure, ClipResult, by_level, grouped, judge
from server.cli.evaluate_asr import (
    COLUMNS,
    EvaluationError,
    Measured,
    Request,
    as_json,
    as_table,
    check_outputs,
    level_table,
    report,
    write_json,
    write_outputs,
    write_picture,
)

CLIP = Clip(Path("a.wav"), "turn the light on", "command")
FAN = Condition(None, "fan", 10.0)


@pytest.fixture
def results() -> tuple[ClipResult, ...]:
    heard = (("turn the light on", AS_RECORDED), ("turn the night on", FAN), ("", Condition(None, "fan", 0.0)))
    return tuple(judge(CLIP, text, 2.0, 0.1, condition) for text, condition in heard)


@pytest.fixture
def measured(results: tuple[ClipResult, ...]) -> Measured:
    return Measured("tiny.en", results, (ClipFailure(Clip(Path("b.wav"), "x", "command"), "b.wav is gone"),))


def test_the_table_has_a_row_for_each_group_under_its_columns(results: tuple[ClipResult, ...]) -> None:
    header, *rows = as_table(grouped(results))
    assert header.split() == [name[:9] for name in COLUMNS]
    assert [row[:18].strip() for row in rows] == ["kind command", "noise fan", "10 dB", "0 dB", "all"]
    assert rows[2].split()[2:5] == ["1", "0.25", "0.0588"]


def test_columns_stay_in_line_under_a_long_name() -> None:
    long = judge(Clip(Path("a.wav"), "go", "a kind with a very long name indeed"), "go", 1.0, 0.1)
    assert len({len(line) for line in as_table(grouped([long]))}) == 1
    assert len({len(line) for line in list(level_table(by_level([long]), "words"))[2:]}) == 1


def test_errors_stand_against_the_level_of_noise_for_each_kind(results: tuple[ClipResult, ...]) -> None:
    lines = [line for line in level_table(by_level(results), "words") if line]
    assert lines[0] == "WER in percent"
    assert lines[1].split("  ")[-1].strip() == "0 dB"
    assert [line[18:].split() for line in lines[2:]] == [
        ["0.0", "25.0", "100.0"],
        ["-", "25.0", "100.0"],
        ["0.0", "25.0", "100.0"],
    ]
    assert [line[18:].split() for line in list(level_table(by_level(results), "characters"))[3:4]] == [
        ["0.0", "5.9", "100.0"]
    ]


def test_each_room_has_tables_of_its_own_and_a_clean_run_has_none(results: tuple[ClipResult, ...]) -> None:
    hall = judge(CLIP, "turn", 2.0, 0.1, Condition("hall"))
    headings = [line for line in report(Measured("tiny.en", (*results, hall)), 0) if "percent" in line]
    rooms = ["WER in percent", "CER in percent", "WER in percent in room hall", "CER in percent in room hall"]
    assert headings == rooms
    assert not [line for line in report(Measured("tiny.en", results[:1]), 0) if "percent" in line]
    assert list(report(Measured("tiny.en", ()), 5)) == []


def test_the_worst_are_shown_worst_first_with_both_texts(measured: Measured) -> None:
    lines = list(report(measured, 5))
    lines = lines[lines.index("", lines.index("CER in percent")) + 1 :]
    assert lines[0] == "  100%  a.wav (fan at 0 dB)"
    assert lines[3] == "   25%  a.wav (fan at 10 dB)"
    assert lines[5].split() == ["heard", "turn", "the", "night", "on"]
    assert len(lines) == 6  # the clip without an error is not shown


SUMMARY_KEYS = {"clips", "wer", "cer", "words", "substitutions", "deletions", "insertions", "loops", "median_ms", "rtf"}


def test_the_json_has_the_keys_that_others_rely_on(measured: Measured, tmp_path: Path) -> None:
    write_json(measured, tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (written["schema"], written["model"]) == (1, "tiny.en")
    assert set(written) == {"schema", "model", "groups", "by_snr", "clips", "failures"}
    assert set(written["groups"]["all"]) == SUMMARY_KEYS
    assert set(written["by_snr"][0]) == SUMMARY_KEYS | {"room", "group", "snr_db"}
    edits = {"substitutions", "deletions", "insertions", "length"}
    clip = written["clips"][1]
    assert clip["clip"] == {
        "audio": "a.wav",
        "text": "turn the light on",
        "kind": "command",
        "room": None,
        "noise": "fan",
        "snr_db": 10.0,
    }
    assert set(clip["words"]) == set(clip["characters"]) == edits
    assert (clip["reference"], clip["hypothesis"]) == ("turn the light on", "turn the night on")
    assert set(clip) == {
        *("clip", "reference", "hypothesis", "words", "characters", "looped", "audio_seconds", "seconds"),
    }
    assert written["failures"] == [{"audio": "b.wav", "error": "b.wav is gone"}]


def test_the_json_sums_up_what_stands_in_it(measured: Measured) -> None:
    written = as_json(measured)
    assert written["groups"]["all"]["clips"] == len(written["clips"]) == 3
    levels = {row["snr_db"]: row["wer"] for row in written["by_snr"] if row["group"] == "kind command"}
    assert levels == {None: 0.0, 10.0: 0.25, 0.0: 1.0}


def test_a_run_in_which_every_clip_failed_can_be_written(tmp_path: Path) -> None:
    write_json(Measured("base", (), (ClipFailure(CLIP, "gone"),)), tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["groups"] == {}


@pytest.mark.parametrize(("rooms", "width"), [((None,), 720), ((None, "hall"), 1320)])
def test_the_picture_has_a_panel_for_each_room(
    results: tuple[ClipResult, ...], rooms: tuple[str | None, ...], width: int, tmp_path: Path
) -> None:
    placed = [
        judge(CLIP, r.hypothesis, 2.0, 0.1, Condition(room, r.condition.noise, r.condition.snr_db))
        for room in rooms
        for r in results
    ]
    write_picture(placed, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.size == (width, 480)
        assert len(np.unique(np.asarray(image.convert("L")))) > 10  # something is drawn


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (Request(Path("set.jsonl"), levels_db=(5.0,)), "--noise"),
        (Request(Path("set.jsonl"), (Path("n.wav"),), (float("nan"),)), "--snr nan"),
    ],
)
def test_options_that_do_not_go_together_are_refused(request_: Request, complaint: str) -> None:
    with pytest.raises(EvaluationError, match=complaint):
        request_.check()


def test_files_that_cannot_be_written_are_refused_beforehand(tmp_path: Path) -> None:
    check_outputs(tmp_path / "out.json", tmp_path / "out.SVG", noisy=True)
    for file, picture, noisy, complaint in (
        (tmp_path / "gone" / "out.json", None, True, str(tmp_path / "gone")),
        (None, tmp_path / "out.bmp", True, r"out\.bmp"),
        (None, tmp_path / "out.png", False, "--noise"),
    ):
        with pytest.raises(EvaluationError, match=complaint):
            check_outputs(file, picture, noisy=noisy)


def test_only_the_files_that_are_named_are_written(measured: Measured, tmp_path: Path) -> None:
    write_outputs(measured, None, None)
    assert not list(tmp_path.iterdir())
    write_outputs(measured, tmp_path / "out.json", tmp_path / "out.png")
    assert {file.name for file in tmp_path.iterdir()} == {"out.json", "out.png"}
    write_outputs(Measured("base", ()), None, tmp_path / "empty.png")
    assert not (tmp_path / "empty.png").exists()
