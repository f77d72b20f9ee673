"""Errors counted against hand-made texts, and summed up by what the clips are and how they were heard."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition
from asr.evaluation.recognition import (
    Clip,
    ClipFailure,
    ClipResult,
    ErrorCounts,
    ManifestError,
    by_level,
    count_errors,
    evaluate,
    grouped,
    judge,
    normalized,
    read_manifest,
    summarize,
    worst,
)
from asr.samples import Samples
from asr.transcript import Transcript


@pytest.mark.parametrize(
    ("reference", "hypothesis", "expected"),
    [
        ("a b c", "a b c", ErrorCounts(0, 0, 0, 3)),
        ("a b c", "a x c", ErrorCounts(1, 0, 0, 3)),
        ("a b c", "a c", ErrorCounts(0, 1, 0, 3)),
        ("a b c", "a b d c", ErrorCounts(0, 0, 1, 3)),
        ("a b", "", ErrorCounts(0, 2, 0, 2)),
        ("", "a b", ErrorCounts(0, 0, 2, 0)),
        ("", "", ErrorCounts()),
    ],
)
def test_word_errors_are_counted_by_kind(reference: str, hypothesis: str, expected: ErrorCounts) -> None:
    assert count_errors(reference, hypothesis)[0] == expected


def test_character_errors_are_counted_as_well() -> None:
    assert count_errors("kettle", "kettles")[1] == ErrorCounts(0, 0, 1, 6)


@given(st.lists(st.sampled_from("abcd"), min_size=1), st.lists(st.sampled_from("abcd")))
def test_the_counts_explain_the_difference_in_length(reference: list[str], hypothesis: list[str]) -> None:
    counts, _ = count_errors(" ".join(reference), " ".join(hypothesis))
    assert len(reference) - counts.deletions + counts.insertions == len(hypothesis)
    assert counts.rate <= max(len(reference), len(hypothesis)) / len(reference)


def test_rates_are_of_the_sums_not_means_of_rates() -> None:
    short = judge(Clip(Path("a"), "yes", "x"), "no", 1, 0.1)
    long = judge(Clip(Path("b"), "one two three", "y"), "one two three", 1, 0.3)
    summary = summarize([short, long])
    assert summary.words.rate == pytest.approx(1 / normalized("yes one two three").count(" "), abs=1)
    assert summary.words == short.words + long.words
    assert summary.median_ms == pytest.approx(200)
    assert summary.real_time_factor == pytest.approx(0.2)


def test_what_is_spoken_alike_counts_as_right() -> None:
    result = judge(Clip(Path("a"), "It's forty nine dollars, please!", "x"), "It is $49 please.", 1, 0.1)
    assert result.words.rate == 0


def test_loops_are_noticed() -> None:
    assert judge(Clip(Path("a"), "go", "x"), "go on and on " * 12, 1, 0.1).looped
    assert not judge(Clip(Path("a"), "go", "x"), "no no no", 1, 0.1).looped


class Deaf:
    """Hears the same everywhere, and keeps how loud it was."""

    def __init__(self) -> None:
        self.levels: list[float] = []

    def transcribe(self, samples: Samples) -> Transcript:
        self.levels.append(float(np.abs(samples).max()))
        return Transcript("hello there", "en", len(samples) / 16_000)


def write_manifest(folder: Path, *lines: str) -> Path:
    soundfile.write(folder / "a.wav", np.full(16_000, 0.1), 16_000)
    path = folder / "set.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_manifest_is_measured_by_kind_and_by_noise(tmp_path: Path) -> None:
    right = json.dumps({"audio": "a.wav", "text": "Hello there.", "kind": "good"})
    wrong = json.dumps({"audio": "a.wav", "text": "Something else", "kind": "bad"})
    unknown = json.dumps({"audio": "a.wav", "text": None})
    clips = read_manifest(write_manifest(tmp_path, right, "", wrong, unknown))
    assert [clip.kind for clip in clips] == ["good", "bad"]
    recognizer = Deaf()
    acoustics = Acoustics({"hum": np.full(500, 0.5, np.float32)})
    results = measured(recognizer, clips, acoustics, acoustics.conditions([0.0]))
    groups = grouped(results)
    assert list(groups) == ["kind good", "kind bad", "noise hum", "0 dB", "all"]
    assert groups["kind good"].words.rate == 0
    assert groups["kind bad"].words.rate == 1
    assert groups["0 dB"].clips == 2
    assert recognizer.levels == pytest.approx([0.1, 0.2, 0.1, 0.2], abs=1e-3)
    assert [result.reference for result in worst(results)] == ["something else"] * 2
    assert groups["all"].as_dict()["wer"] == 0.5


def measured(
    recognizer: Deaf, clips: list[Clip], acoustics: Acoustics, conditions: list[Condition]
) -> list[ClipResult]:
    outcomes = list(evaluate(recognizer.transcribe, clips, acoustics, conditions))
    results = [outcome for outcome in outcomes if isinstance(outcome, ClipResult)]
    assert len(results) == len(outcomes)
    return results


def heard(kind: str, text: str, condition: Condition) -> ClipResult:
    return judge(Clip(Path("a"), "go home", kind), text, 1, 0.1, condition)


def test_errors_are_told_for_each_kind_and_noise_at_each_level_room_by_room() -> None:
    results = [
        heard("a", "go home", AS_RECORDED),
        heard("a", "go", Condition(None, "fan", 0.0)),
        heard("a", "go home", Condition(None, "cafe", 0.0)),
        heard("b", "", Condition(None, "fan", 10.0)),
        heard("a", "", Condition("hall")),
    ]
    cells = {(cell.room, cell.group, cell.snr_db): cell.summary.words.rate for cell in by_level(results)}
    assert cells == {
        (None, "kind a", None): 0.0,
        (None, "kind a", 0.0): 0.25,
        (None, "kind b", 10.0): 1.0,
        (None, "noise fan", 10.0): 1.0,
        (None, "noise fan", 0.0): 0.5,
        (None, "noise cafe", 0.0): 0.0,
        (None, "all", None): 0.0,
        (None, "all", 10.0): 1.0,
        (None, "all", 0.0): 0.25,
        ("hall", "kind a", None): 1.0,
        ("hall", "all", None): 1.0,
    }
    assert [level for room, group, level in cells if (room, group) == (None, "all")] == [None, 10.0, 0.0]
    assert list(grouped(results)) == [
        *("kind a", "kind b", "room hall", "noise fan", "noise cafe"),
        *("0 dB", "10 dB", "all"),
    ]


def test_a_bad_clip_is_told_once_and_the_next_one_taken(tmp_path: Path) -> None:
    good = read_manifest(write_manifest(tmp_path, json.dumps({"audio": "a.wav", "text": "Hello there."})))[0]
    missing = Clip(tmp_path / "missing.wav", "x", "all")
    (tmp_path / "broken.flac").write_bytes(b"fLaC, not really")
    broken = Clip(tmp_path / "broken.flac", "x", "all")
    acoustics = Acoustics({"hum": np.full(500, 0.5, np.float32)})
    outcomes = list(evaluate(Deaf().transcribe, [missing, good, broken, good], acoustics, acoustics.conditions([0.0])))
    assert [type(outcome) for outcome in outcomes] == [ClipFailure, *[ClipResult] * 2, ClipFailure, *[ClipResult] * 2]
    errors = [outcome.error for outcome in outcomes if isinstance(outcome, ClipFailure)]
    assert "missing.wav" in errors[0]
    assert "broken.flac" in errors[1]


def test_only_recognition_is_timed(tmp_path: Path) -> None:
    clips = read_manifest(write_manifest(tmp_path, json.dumps({"audio": "a.wav", "text": "Hello there."})))
    ticks = iter([10.0, 10.25])
    (result,) = evaluate(Deaf().transcribe, clips, now=lambda: next(ticks))
    assert isinstance(result, ClipResult)
    assert (result.seconds, result.audio_seconds, result.condition) == (0.25, 1.0, AS_RECORDED)


@pytest.mark.parametrize("line", ["{", "[]", '{"audio": "a.wav"}', '{"audio": 5, "text": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    good = json.dumps({"audio": "a.wav", "text": "x"})
    with pytest.raises(ManifestError, match=r"set\.jsonl:2"):
        read_manifest(write_manifest(tmp_path, good, line))


def test_a_manifest_without_texts_or_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"set\.jsonl"):
        read_manifest(write_manifest(tmp_path, ""))
    with pytest.raises(ManifestError, match=r"none\.jsonl"):
        read_manifest(tmp_path / "none.jsonl")
