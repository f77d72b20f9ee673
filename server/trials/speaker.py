"""The sound of what a user says in a test: a recording where one is named, else the built-in voice; in noise."""

import re
from zlib import crc32

import numpy as np

from asr.audio.audio_files import read_audio
from asr.audio.resampler import Resampler
from asr.evaluation.acoustics import mix
from asr.samples import SAMPLE_RATE_HZ, Samples
from dialogue.stories.story import Said
from server.turns.speech import Synthesizer, sentences
from server.turns.spoken_form import spoken_form
from server.wire.audio_formats import SPEECH_RATE_HZ

BEFORE_SECONDS = 0.3
AFTER_SECONDS = 1.0
_LONG_NUMBER = re.compile(r"\d{5,}")  # people read it digit by digit, whatever stands before it


class Speaker:
    """Says what a test says. `noise` is heard with it, `snr_db` decibels below it: float32 [n] mono 16 kHz."""

    def __init__(self, voice: Synthesizer, noise: Samples | None = None, snr_db: float = 0.0) -> None:
        self._voice = voice
        self._noise = noise
        self._snr_db = snr_db

    def say(self, said: Said) -> Samples:
        """Make the sound, float32 [n] mono 16 kHz, with quiet around it; the same each time."""
        speech = read_audio(said.recording) if said.recording else self._speak(said.spoken or said.text)
        quiet = (np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32) for seconds in (BEFORE_SECONDS, AFTER_SECONDS))
        before, after = quiet
        samples: Samples = np.concatenate([before, speech, after])
        if self._noise is None:
            return samples
        return mix(samples, self._noise, self._snr_db, seed=crc32(said.text.encode()))

    def _speak(self, text: str) -> Samples:
        spelled = _LONG_NUMBER.sub(lambda number: " ".join(number[0]), text)
        parts = [self._voice.synthesize(spoken_form(sentence)) for sentence in sentences(spelled)]
        return Resampler(SPEECH_RATE_HZ, SAMPLE_RATE_HZ).push(np.concatenate([np.zeros(0, np.float32), *parts]))
