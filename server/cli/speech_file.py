"""The work of `heedful say`: a text spoken into a WAV file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from server.client.wav_files import check_wav_name, write_wav
from server.turns.speech import Synthesizer, sentences
from server.turns.spoken_form import spoken_form
from server.wire.audio_formats import SPEECH_RATE_HZ, encode_audio


class NothingToSayError(Exception):
    """A text without a word; the message holds it."""


def write_speech(text: str, out: Path, speed: float, load_synthesizer: Callable[[], Synthesizer]) -> float:
    """Speak `text` sentence by sentence into a WAV file; returns its length in seconds.

    Raises:
        WavNameError: `out` is not named as a WAV file.
        NothingToSayError: there is no word in `text`.
    """
    check_wav_name(out)
    if not any(character.isalnum() for character in text):
        raise NothingToSayError(f"{text!r} has no word to say")
    synthesizer = load_synthesizer()  # takes seconds: what is wrong with text and file is said first
    spoken = [synthesizer.synthesize(spoken_form(sentence), speed) for sentence in sentences(text)]
    samples = np.concatenate([np.zeros(0, np.float32), *spoken])
    return write_wav(encode_audio(samples, SPEECH_RATE_HZ, "audio/pcm"), out)
