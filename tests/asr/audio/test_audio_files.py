from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from asr.audio.audio_files import Recording, read_audio, read_blocks
from asr.audio.containers import ENCODINGS, Encoding, SoundEncoder
from asr.errors import AudioError, AudioTooLong
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


def test_blocks_of_what_is_no_sound_raise(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"nothing")
    for name in ("bad.wav", "none.wav"):
        with pytest.raises(AudioError, match=name):
            list(read_blocks(tmp_path / name))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_libsndfile_does_not_read_is_read_all_the_same(tmp_path: Path, encoding: Encoding) -> None:
    encoder = SoundEncoder(encoding, 24_000)
    path = tmp_path / "tone"
    path.write_bytes(encoder.push(tone(24_000)) + encoder.flush())
    samples = read_audio(path)
    assert np.abs(samples).max() < 1.0
    assert len(samples) == pytest.approx(SAMPLE_RATE_HZ, abs=1500)
    assert np.abs(samples[4000:12000]).max() == pytest.approx(0.5, abs=0.05)
    with path.open("rb") as file:
        file.read(100)
        np.testing.assert_array_equal(np.concatenate(list(read_blocks(file, "an upload"))), samples)


def test_a_recording_is_measured_and_made_loud_enough(tmp_path: Path) -> None:
    path = tmp_path / "quiet.wav"
    soundfile.write(path, tone(16_000, 3.0) / 300, 16_000, subtype="FLOAT")
    recording = Recording(path)
    assert list(recording.measure())[-1] == recording.seconds == 3.0
    blocks = np.concatenate(list(recording.blocks()))
    assert np.sqrt(np.mean(np.square(blocks))) == pytest.approx(0.05, rel=0.01)
    assert "-59 dB" in recording.silence_note
    assert "3.0 s" in recording.silence_note


def test_a_recording_that_is_loud_enough_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(16_000), 16_000, subtype="FLOAT")
    recording = Recording(path)
    assert list(recording.measure()) == [1.0, 1.0]
    np.testing.assert_array_equal(np.concatenate(list(recording.blocks())), read_audio(path))


def test_a_recording_beyond_the_limit_is_given_up_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, tone(16_000, 60.0), 16_000)
    recording = Recording(path, "an upload")
    with pytest.raises(AudioTooLong, match="an upload .* 10 s"):
        list(recording.measure(10))
    assert recording.seconds < 15


def test_digital_silence_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(16_000), 16_000)
    recording = Recording(path)
    assert len(list(recording.measure())) == 2
    assert "digital silence" in recording.silence_note
