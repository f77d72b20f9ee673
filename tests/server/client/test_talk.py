"""`heedful talk` and `heedful chat` against a server with stand-in models."""

import io
from pathlib import Path

import pytest
import soundfile

from server.client.talk import chat, talk
from server.client.wav_files import WavNameError
from tests.fakes import ChoosingUnderstanding, loud
from tests.server.conftest import serving


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Half a second of speech at 24 kHz."""
    file = tmp_path / "question.wav"
    soundfile.write(file, loud(0.5), 24_000)
    return file


async def test_a_recording_is_spoken_then_the_rest_is_typed_and_the_reply_is_written(
    recording: Path, tmp_path: Path
) -> None:
    lines: list[str] = []
    out = tmp_path / "reply.wav"
    async with serving() as (_, address):
        spoken, typed = await talk(f"ws://{address}/v1/realtime", "", recording, ["and now?"], out, lines.append)
    assert spoken.reply == f"You said {spoken.transcript}. That was turn 1."
    assert typed.reply == "You said and now?. That was turn 2."
    assert soundfile.info(out).frames == 2400 * len(spoken.reply.split())
    shown = "\n".join(lines)
    assert lines[0] == f"--- speaking {recording} (0.5 s)"
    assert shown.index("speech stopped") < shown.index("    intent") < shown.index(f"    reply       {out}")
    assert shown.index(str(out)) < shown.index("--- typing 'and now?'")


async def test_a_reply_that_could_not_be_written_is_refused_before_anything_is_said(recording: Path) -> None:
    with pytest.raises(WavNameError):
        await talk("ws://127.0.0.1:9/v1/realtime", "", recording, [], Path("reply.mp3"), print)


@pytest.mark.parametrize("end", ["\n", ""])
async def test_a_chat_goes_on_until_an_empty_line_or_the_end(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    lines: list[str] = []
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\nwhere is it?\n" + end))
    async with serving() as (_, address):
        await chat(f"ws://{address}/v1/realtime", "", lines.append)
    assert lines == ["You said hello. That was turn 1.  [echo:1]", "You said where is it?. That was turn 2.  [echo:1]"]


async def test_a_number_chooses_a_button(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n2\n7\n"))
    async with serving(ChoosingUnderstanding()) as (_, address):
        await chat(f"ws://{address}/v1/realtime", "", lines.append)
    picture = "  data:image/gif;base64,R0lGODlhAQABAAAAACw="
    assert lines[:4] == ["You said hello. That was turn 1.  [echo:1]", picture, "  1  Great", "  2  Sad"]
    assert [line for line in lines if line.startswith("You")][1:] == [
        "You said /sad. That was turn 2.  [echo:1]",
        "You said 7. That was turn 3.  [echo:1]",
    ]
