"""What `heedful talk`, `chat` and `say` do."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from server.client.narration import narrate, summarize
from server.client.realtime_client import Turn, open_session
from server.protocol.audio_formats import SPEECH_RATE_HZ
from server.turns.speech import HibariSynthesizer, sentences

Print = Callable[[str], None]


async def talk(url: str, api_key: str, file: Path, then: list[str], out: Path, say: Print) -> list[Turn]:
    """Speak a recording to the server, then type the turns in `then`; the spoken reply goes to `out`."""
    from asr.audio.audio_files import read_audio
    from asr.samples import SAMPLE_RATE_HZ

    samples = read_audio(file)
    _check_wav_name(out)

    def listener(seconds: float, event: dict[str, Any]) -> None:
        if line := narrate(seconds, event):
            say(line)

    async with open_session(url, api_key, speaks=True, listener=listener) as client:
        say(f"--- speaking {file} ({len(samples) / SAMPLE_RATE_HZ:.1f} s)")
        turns = [await client.talk(samples, SAMPLE_RATE_HZ)]
        _report(turns[0], say)
        write_pcm(turns[0].audio, out)
        say(f"    reply       {out} ({len(turns[0].audio) / 2 / SPEECH_RATE_HZ:.1f} s)")
        for text in then:
            say(f"--- typing {text!r}")
            turns.append(await client.ask(text))
            _report(turns[-1], say)
    return turns


class SpeechError(Exception):
    """There is nothing to say, or no file to say it into."""


def _check_wav_name(out: Path) -> None:
    if out.suffix.lower() != ".wav" or out.is_dir():
        raise SpeechError(f"--out {out}: name a file that ends in .wav")


def _report(turn: Turn, say: Print) -> None:
    for line in summarize(turn):
        say(f"    {line}")


async def chat(url: str, api_key: str, say: Print) -> None:
    """Type with the server until an empty line or the end of the input."""
    async with open_session(url, api_key, speaks=False) as client:
        while text := (await asyncio.to_thread(_read_line)).strip():
            turn = await client.ask(text)
            say(turn.reply + (f"  [{' '.join(turn.sources)}]" if turn.sources else ""))


def _read_line() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()
    return sys.stdin.readline()


def write_speech(text: str, out: Path, speed: float) -> float:
    """Speak `text` into a WAV file; returns its length in seconds."""
    _check_wav_name(out)
    if not any(character.isalnum() for character in text):
        raise SpeechError(f"{text!r} has no word to say")
    voice = HibariSynthesizer()
    spoken = [voice.synthesize(sentence, speed) for sentence in sentences(text)]
    samples = np.concatenate([np.zeros(0, np.float32), *spoken])
    out.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(out, samples, SPEECH_RATE_HZ, subtype="PCM_16")
    return len(samples) / SPEECH_RATE_HZ


def write_pcm(pcm: bytes, out: Path) -> None:
    """Write 16-bit mono 24 kHz PCM as a WAV file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(out, np.frombuffer(pcm, dtype="<i2"), SPEECH_RATE_HZ, subtype="PCM_16")
