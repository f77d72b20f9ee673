"""What each form holds: read again with libsndfile or FFmpeg."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.audio.audio_files import read_audio
from asr.audio.sample_codec import encode_pcm16
from server.endpoints.speech_encodings import MEDIA_TYPES, encoder_for
from tests.fakes import ToneSynthesizer

TONE = ToneSynthesizer().synthesize("one two three four five")


@pytest.mark.parametrize("name", sorted(set(MEDIA_TYPES) - {"pcm"}))
def test_every_form_can_be_played(name: str, tmp_path: Path) -> None:
    encoder = encoder_for(name)
    (tmp_path / "speech").write_bytes(encoder.push(TONE[:5000]) + encoder.push(TONE[5000:]) + encoder.flush())
    heard = read_audio(tmp_path / "speech")
    assert len(heard) / 16_000 == pytest.approx(len(TONE) / 24_000, abs=0.1)
    assert np.abs(heard).max() == pytest.approx(0.25, abs=0.05)


def test_pcm_is_the_samples_and_wav_begins_with_a_header() -> None:
    pcm, wav = encoder_for("pcm"), encoder_for("wav")
    assert pcm.push(TONE) + pcm.flush() == encode_pcm16(TONE)
    data = wav.push(TONE) + wav.flush()
    assert (data[:4], data[8:16], len(data)) == (b"RIFF", b"WAVEfmt ", 44 + 2 * len(TONE))
    assert soundfile.info(io.BytesIO(data)).samplerate == 24_000
    assert encoder_for("wav").flush() == data[:44]
