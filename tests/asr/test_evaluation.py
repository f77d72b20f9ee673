"""Errors counted against hand-made texts; noise mixed at the level asked for."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from asr.evaluation import (
    Clip,
    ErrorCounts,
    ManifestError,
    Samples,
    count_errors,
    evaluate,
    grouped,
    judge,
    mix,
    normalized,
    read_manifest,
    summarize,
    with_noise,
    worst,
)
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


@given(st.floats(-5, 30))
def test_noise_is_mixed_at_the_level_asked_for(snr_db: float) -> None:
    rng = np.random.default_rng(1)
    signal: Samples = rng.normal(0, 0.1, 16_000).astype(np.float32)
    noise: Samples = rng.normal(0, 0.9, 4_000).astype(np.float32)
    added = mix(signal, noise, snr_db, seed=3) - signal
    measured = 10 * np.log10(np.square(signal).sum() / np.square(added).sum())
    assert measured == pytest.approx(snr_db, abs=0.05)


def test_the_same_seed_mixes_the_same_and_another_another() -> None:
    signal, noise = np.ones(100, np.float32), np.arange(1000, dtype=np.float32)
    assert np.array_equal(mix(signal, noise, 5, seed=1), mix(signal, noise, 5, seed=1))
    assert not np.array_equal(mix(signal, noise, 5, seed=1), mix(signal, noise, 5, seed=2))


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
    noise = np.full(500, 0.5, np.float32)
    results = [*evaluate(recognizer, clips), *evaluate(recognizer, with_noise(clips, [0.0]), noise)]
    groups = grouped(results)
    assert set(groups) == {"kind good", "kind bad", "0 dB", "all"}
    assert groups["kind good"].words.rate == 0
    assert groups["kind bad"].words.rate == 1
    assert groups["0 dB"].clips == 2
    assert recognizer.levels == pytest.approx([0.1, 0.1, 0.2, 0.2], abs=1e-3)
    assert [result.reference for result in worst(results)] == ["something else"] * 2
    assert groups["all"].as_dict()["wer"] == 0.5


@pytest.mark.parametrize("line", ["{", "[]", '{"audio": "a.wav"}', '{"audio": 5, "text": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    good = json.dumps({"audio": "a.wav", "text": "x"})
    with pytest.raises(ManifestError, match=r"set\.jsonl:2"):
        read_manifest(write_manifest(tmp_path, good, line))


def test_a_manifest_without_texts_or_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no line has a text"):
        read_manifest(write_manifest(tmp_path, ""))
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "none.jsonl")
