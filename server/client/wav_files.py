"""Speech as WAV files: the reply to `heedful talk`, the text of `heedful say`."""

import wave
from pathlib import Path

from server.wire.audio_formats import SPEECH_RATE_HZ


class WavNameError(Exception):
    """The file to write is not named as a WAV file; the message names it."""


def check_wav_name(out: Path) -> None:
    """Raise WavNameError unless `out` can be a WAV file: known before anything is said into it."""
    if out.suffix.lower() != ".wav" or out.is_dir():
        raise WavNameError(f"--out {out}: name a file that ends in .wav")


def write_wav(pcm: bytes, out: Path) -> float:
    """Write 16-bit mono 24 kHz PCM as a WAV file; returns its length in seconds."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPEECH_RATE_HZ)
        file.writeframes(pcm)
    return len(pcm) / 2 / SPEECH_RATE_HZ
