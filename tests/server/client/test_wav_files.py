"""WAV files as any program reads them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from server.client.wav_files import WavNameError, check_wav_name, write_wav


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    pcm = np.arange(-2400, 2400, dtype="<i2")
    out = tmp_path / "new" / "reply.wav"
    assert write_wav(pcm.tobytes(), out) == 0.2
    samples, rate_hz = soundfile.read(out, dtype="int16")
    assert rate_hz == 24_000
    np.testing.assert_array_equal(samples, pcm)


def test_a_reply_without_sound_is_an_empty_file(tmp_path: Path) -> None:
    assert write_wav(b"", tmp_path / "empty.wav") == 0.0
    assert soundfile.info(tmp_path / "empty.wav").frames == 0


@pytest.mark.parametrize("name", ["reply.mp3", "reply", "folder.wav"])
def test_a_name_that_is_no_wav_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(WavNameError, match=name):
        check_wav_name(tmp_path / name)
    check_wav_name(tmp_path / "Reply.WAV")
