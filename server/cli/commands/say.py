"""`heedful say`."""

from pathlib import Path
from typing import Annotated

import typer


def say_cli(
    text: str,
    out: Annotated[Path, typer.Option(help="The WAV file to write.")] = Path("speech.wav"),
    speed: Annotated[float, typer.Option(min=0.5, max=1.5, help="1 is natural.")] = 1.0,
) -> None:
    """Speak a text into a WAV file."""
    from server.bootstrap import load_synthesizer
    from server.cli.speech_file import write_speech

    print(f"{out}: {write_speech(text, out, speed, load_synthesizer):.2f} s")
