from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from asr.audio.audio_files import measure_seconds, read_audio, read_blocks
from asr.errors import AudioError
from asr.samples import SAMPLE_RATE_HZ


def tone(rate: int, seconds: float = 1.0) -> NDArray[np.float32]:
    times = np.arange(int(rate * seconds)) / rate
    return np.asarray(0.5 * np.sin(2 * np.pi * 300 * times), dtype=np.float32)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_reads_every_format_at_every_rate(tmp_path: Path, suffix: str, rate: int) -> None:
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, tone(rate), rate)
    samples = read_audio(path)
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(SAMPLE_RATE_HZ, abs=2000)  # mp3 pads
    assert np.abs(samples[4000:12000]).max() == pytest.approx(0.5, abs=0.05)


def test_wav_at_16_khz_is_read_exactly(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(16_000), 16_000, subtype="FLOAT")
    np.testing.assert_array_equal(read_audio(tmp_path / "tone.wav"), tone(16_000))


def test_channels_are_averaged(tmp_path: Path) -> None:
    left, right = np.full(1600, 0.5), np.full(1600, -0.25)
    soundfile.write(tmp_path / "stereo.wav", np.stack([left, right], axis=1), 16_000, subtype="FLOAT")
    np.testing.assert_allclose(read_audio(str(tmp_path / "stereo.wav")), 0.125)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.wav"):
        read_audio(tmp_path / "gone.wav")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not sound at all" * 100])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.wav").write_bytes(content)
    with pytest.raises(AudioError, match=r"bad\.wav"):
        read_audio(tmp_path / "bad.wav")


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16_000)
    with pytest.raises(AudioError, match=r"empty\.wav"):
        read_audio(tmp_path / "empty.wav")


def test_samples_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan]), 16_000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"nan\.wav.* NaN"):
        read_audio(tmp_path / "nan.wav")


def test_blocks_are_the_whole_file_a_few_seconds_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, 44_100 * 9), 44_100)
    blocks = list(read_blocks(path))
    assert max(map(len, blocks)) < 3 * SAMPLE_RATE_HZ
    np.testing.assert_array_equal(np.concatenate(blocks), read_audio(path))
    assert measure_seconds(path) == 9.0


def test_blocks_of_what_is_no_sound_raise(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"nothing")
    for read in (lambda path: list(read_blocks(path)), measure_seconds):
        with pytest.raises(AudioError, match=r"bad\.wav"):
            read(tmp_path / "bad.wav")
        with pytest.raises(AudioError, match=r"none\.wav"):
            read(tmp_path / "none.wav")
