"""What `heedful talk` and `heedful chat` do: spoken and typed turns with a running server, seen at a terminal."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from server.client.narration import narrate, summarize
from server.client.realtime_client import Turn, open_session
from server.client.wav_files import check_wav_name, write_wav

Print: TypeAlias = Callable[[str], None]


async def talk(url: str, api_key: str, file: Path, then: list[str], out: Path, say: Print) -> list[Turn]:
    """Speak a recording to the server, then type the turns in `then`; the spoken reply goes to `out`."""
    from asr.audio.audio_files import read_audio
    from asr.samples import SAMPLE_RATE_HZ

    samples = read_audio(file)
    check_wav_name(out)

    def listener(seconds: float, event: dict[str, Any]) -> None:
        if line := narrate(seconds, event):
            say(line)

    async with open_session(url, api_key, speaks=True, listener=listener) as client:
        say(f"--- speaking {file} ({len(samples) / SAMPLE_RATE_HZ:.1f} s)")
        turns = [await client.talk(samples, SAMPLE_RATE_HZ)]
        _report(turns[0], say)
        say(f"    reply       {out} ({write_wav(turns[0].audio, out):.1f} s)")
        for text in then:
            say(f"--- typing {text!r}")
            turns.append(await client.ask(text))
            _report(turns[-1], say)
    return turns


def _report(turn: Turn, say: Print) -> None:
    for line in summarize(turn):
        say(f"    {line}")


async def chat(url: str, api_key: str, say: Print) -> None:
    """Type with the server until an empty line or the end of the input; a number chooses one of its buttons."""
    buttons: list[dict[str, Any]] = []
    async with open_session(url, api_key, speaks=False) as client:
        while text := (await asyncio.to_thread(_read_line)).strip():
            turn = await client.ask(_chosen(text, buttons))
            say(turn.reply + (f"  [{' '.join(turn.sources)}]" if turn.sources else ""))
            for message in turn.messages:
                for place in filter(None, (message.get("image"), message.get("attachment"))):
                    say(f"  {place}")
                if custom := message.get("custom"):
                    say(f"  {json.dumps(custom)}")
            buttons = [button for message in turn.messages for button in message.get("buttons", ())]
            for number, button in enumerate(buttons, 1):
                say(f"  {number}  {button.get('title')}")


def _chosen(text: str, buttons: list[dict[str, Any]]) -> str:
    """What is said for the button of that number, or the text itself."""
    if text.isdecimal() and 0 < int(text) <= len(buttons):
        button = buttons[int(text) - 1]
        return str(button.get("payload") or button.get("title"))
    return text


def _read_line() -> str:
    if sys.stdin.isatty():
        sys.stderr.write("> ")
        sys.stderr.flush()
    return sys.stdin.readline()
