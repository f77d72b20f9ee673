"""Noise at the level asked for, rooms by their impulse responses, checked against sums done by hand."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from asr.errors import AudioError
from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition, mix, reverberate
from asr.samples import Samples


def noise(count: int, level: float, seed: int = 1) -> Samples:
    made: Samples = np.random.default_rng(seed).normal(0, level, count).astype(np.float32)
    return made


@given(st.floats(-5, 30))
def test_noise_is_mixed_at_the_level_asked_for(snr_db: float) -> None:
    signal = noise(16_000, 0.1)
    added = mix(signal, noise(4_000, 0.9, seed=2), snr_db, seed=3) - signal
    measured = 10 * np.log10(np.square(signal).sum() / np.square(added).sum())
    assert measured == pytest.approx(snr_db, abs=0.05)


def test_the_same_seed_mixes_the_same_and_another_another() -> None:
    signal, ramp = np.ones(100, np.float32), np.arange(1000, dtype=np.float32)
    assert np.array_equal(mix(signal, ramp, 5, seed=1), mix(signal, ramp, 5, seed=1))
    assert not np.array_equal(mix(signal, ramp, 5, seed=1), mix(signal, ramp, 5, seed=2))


@pytest.mark.parametrize("silent", ["signal", "noise"])
def test_silence_has_no_level_and_stays_as_it_is(silent: str) -> None:
    signal, other = noise(1000, 0.1), noise(1000, 0.1)
    (signal if silent == "signal" else other)[:] = 0
    assert np.array_equal(mix(signal, other, 5, seed=1), signal)


def test_an_echo_comes_after_the_direct_sound_which_stays_in_place() -> None:
    signal = np.zeros(400, np.float32)
    signal[100] = 1.0
    response = np.zeros(300, np.float32)
    response[30], response[80] = 0.5, 0.25  # the straight way takes 30 samples; the echo 50 more, at half the strength
    wet = reverberate(signal, response)
    assert len(wet) == len(signal)
    assert np.flatnonzero(np.abs(wet) > 1e-4).tolist() == [100, 150]
    assert wet[150] == pytest.approx(wet[100] / 2, rel=1e-4)


def test_a_room_makes_a_clip_neither_longer_nor_louder() -> None:
    signal = noise(8_000, 0.1)
    wet = reverberate(signal, noise(16_000, 5.0, seed=2) * np.exp(-np.arange(16_000) / 2000).astype(np.float32))
    assert wet.dtype == np.float32
    assert np.square(wet).mean() == pytest.approx(np.square(signal).mean(), rel=1e-3)
    assert not np.allclose(wet, signal, atol=0.05)


def test_a_room_of_one_echo_free_sample_changes_nothing_and_silence_stays_silent() -> None:
    signal = noise(1000, 0.1)
    assert reverberate(signal, np.array([-0.3], np.float32)) == pytest.approx(-signal, abs=1e-6)
    assert not reverberate(np.zeros(1000, np.float32), np.ones(10, np.float32)).any()


def test_a_clip_is_heard_as_recorded_and_in_every_combination() -> None:
    acoustics = Acoustics({"fan": noise(10, 1), "cafe": noise(10, 1)}, {"hall": noise(10, 1)})
    conditions = acoustics.conditions([10.0, 0.0])
    assert conditions[0] == AS_RECORDED
    assert len(set(conditions)) == len(conditions) == 2 * (1 + 2 * 2)
    assert Condition("hall") in conditions
    assert Condition("hall", "cafe", 0.0) in conditions
    assert Acoustics().conditions([5.0]) == [AS_RECORDED]


def test_noise_is_added_to_what_the_room_made_of_the_clip() -> None:
    signal, hall, fan = noise(8_000, 0.1), noise(500, 1.0, seed=2), noise(8_000, 0.3, seed=3)
    acoustics = Acoustics({"fan": fan}, {"hall": hall})
    expected = mix(reverberate(signal, hall), fan, 3.0, seed=9)
    assert np.array_equal(acoustics.apply(signal, Condition("hall", "fan", 3.0), seed=9), expected)
    assert acoustics.apply(signal, AS_RECORDED, seed=9) is signal


def test_a_condition_names_itself() -> None:
    assert [str(Condition("hall", "fan", 2.5)), str(Condition(noise="fan", snr_db=10.0)), str(AS_RECORDED)] == [
        "hall, fan at 2.5 dB",
        "fan at 10 dB",
        "as recorded",
    ]


def test_recordings_are_read_from_files_and_folders_and_named_after_them(tmp_path: Path) -> None:
    (tmp_path / "noises").mkdir()
    for name in ("b.wav", "a.flac"):
        soundfile.write(tmp_path / "noises" / name, noise(8_000, 0.1), 8_000)
    (tmp_path / "noises" / "licence.txt").write_text("free", encoding="utf-8")
    soundfile.write(tmp_path / "hall.wav", noise(16_000, 0.1), 16_000)
    acoustics = Acoustics.read([tmp_path / "noises"], [tmp_path / "hall.wav"])
    assert list(acoustics.noises) == ["a", "b"]
    assert len(acoustics.noises["a"]) == 16_000  # at 16 kHz now
    assert list(acoustics.rooms) == ["hall"]


def test_recordings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "fan.wav", noise(100, 0.1), 16_000)
    soundfile.write(tmp_path / "fan.flac", noise(100, 0.1), 16_000)
    with pytest.raises(AudioError, match=r"fan\.flac.* .*fan\.wav"):
        Acoustics.read([tmp_path], [])
    soundfile.write(tmp_path / "still.wav", np.zeros(100), 16_000)
    with pytest.raises(AudioError, match=r"still\.wav"):
        Acoustics.read([], [tmp_path / "still.wav"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(AudioError, match="empty"):
        Acoustics.read([tmp_path / "empty"], [])
