"""`heedful say` with a stand-in voice."""

from pathlib import Path

import pytest
import soundfile

from asr.samples import Samples
from server.cli.speech_file import NothingToSayError, write_speech
from server.client.wav_files import WavNameError
from tests.fakes import ToneSynthesizer


class KeepingSynthesizer(ToneSynthesizer):
    """Keeps what it was asked to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, float]] = []

    def synthesize(self, text: str, speed: float = 1.0) -> Samples:
        self.said.append((text, speed))
        return super().synthesize(text, speed)


def unwanted() -> ToneSynthesizer:
    """A voice that nobody needs."""
    raise AssertionError("the voice was loaded")


def test_a_text_is_spoken_sentence_by_sentence(tmp_path: Path) -> None:
    voice, out = KeepingSynthesizer(), tmp_path / "speech.wav"
    seconds = write_speech("Good day. How are you?", out, 0.5, lambda: voice)
    assert voice.said == [("Good day.", 0.5), ("How are you?", 0.5)]
    assert seconds == pytest.approx(5 * 0.2)  # a tenth of a second for each word, at half the speed
    assert soundfile.info(out).frames == round(seconds * 24_000)


@pytest.mark.parametrize("text", ["", " ", "?!"])
def test_there_must_be_something_to_say(tmp_path: Path, text: str) -> None:
    with pytest.raises(NothingToSayError):
        write_speech(text, tmp_path / "speech.wav", 1.0, unwanted)
    assert not (tmp_path / "speech.wav").exists()


def test_a_file_that_is_no_wav_file_is_refused_before_the_voice_is_loaded() -> None:
    with pytest.raises(WavNameError, match=r"speech\.mp3"):
        write_speech("Good day.", Path("speech.mp3"), 1.0, unwanted)
