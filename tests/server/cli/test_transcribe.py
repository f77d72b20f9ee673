"""Files in, transcripts out: where they go, and what happens to those that cannot be read."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.transcript import Segment, Transcript
from server.cli.transcribe import FileTranscript, Output, OutputError, OutputFormat, overrides, transcribe_files
from server.settings import Settings
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ
from tests.conftest import ROOT
from tests.fakes import silence

CLIP = ROOT / "data" / "audio" / "battery-question.wav"
SENTENCES = [
    "The garden behind the house is full of roses.",
    "Our train leaves from the second platform tonight.",
    "She bought three apples and a bottle of milk.",
    "The museum opens every morning at nine.",
    "My brother plays the piano after dinner.",
    "We will meet you at the station tomorrow.",
    "The weather was cold but the sun was shining.",
    "Nobody knows where the old bridge came from.",
    "Please put the letters on the kitchen table.",
]
KEYWORDS = ["garden", "train", "apples", "museum", "piano", "station", "weather", "bridge", "kitchen"]
FORMATS = ["json", "srt", "tsv", "txt", "vtt"]


def spoken(file: str = "talk.wav") -> FileTranscript:
    parts = ((1.0, Transcript("One.", "en", 2.0, (Segment(0.5, 1.5, "One."),))), (4.0, Transcript("", "en", 1.0)))
    return FileTranscript(Path(file), parts, duration_seconds=6.0)


def test_a_recording_is_one_transcript_in_its_own_time() -> None:
    transcript = spoken().transcript
    assert transcript.segments == (Segment(1.5, 2.5, "One."),)
    assert transcript.duration_seconds == 6.0


def test_plain_text_is_printed_and_named_when_there_are_several() -> None:
    assert Output().take(spoken(), several=False) == "One."
    assert Output().take(spoken(), several=True) == "talk.wav: One."


def test_json_lines_have_times() -> None:
    line = json.loads(Output(json_lines=True).take(spoken(), several=True) or "")
    assert (line["file"], line["text"]) == ("talk.wav", "One.")
    assert line["utterances"][0]["start_seconds"] == 1.0
    assert line["utterances"][0]["segments"][0]["start_seconds"] == 0.5


def test_a_format_alone_is_printed() -> None:
    assert Output("tsv").take(spoken(), several=False) == "start\tend\ttext\n1500\t2500\tOne."


@pytest.mark.parametrize(("chosen", "written"), [(None, FORMATS), ("all", FORMATS), ("srt", ["srt"])])
def test_files_are_named_after_the_recording(tmp_path: Path, chosen: OutputFormat | None, written: list[str]) -> None:
    output = Output(chosen, tmp_path / "a" / "b")
    output.prepare([Path("x/talk.one.wav")])
    assert output.take(spoken("x/talk.one.wav"), several=False) is None
    assert sorted(file.name for file in (tmp_path / "a" / "b").iterdir()) == [f"talk.one.{end}" for end in written]
    srt = (tmp_path / "a" / "b" / "talk.one.srt").read_text(encoding="utf-8")
    assert srt == "1\n00:00:01,500 --> 00:00:02,500\nOne.\n\n"


@pytest.mark.parametrize(
    ("output", "files", "named"),
    [
        (Output("all"), ["a.wav"], "--output-dir"),
        (Output("srt"), ["a.wav", "b.wav"], "--output-dir"),
        (Output("srt", json_lines=True), ["a.wav"], "--json"),
        (Output(folder=Path("never"), json_lines=True), ["a.wav"], "--json"),
        (Output("srt", Path("never")), ["a.wav", "b/a.mp3"], "a folder for each"),
    ],
)
def test_what_does_not_go_together_is_refused_before_any_work(output: Output, files: list[str], named: str) -> None:
    with pytest.raises(OutputError, match=named):
        output.prepare([Path(file) for file in files])
    assert not Path("never").exists()


def test_options_become_settings() -> None:
    assert overrides(None, None, None) == []
    assert overrides("base", "de", "transcribe") == ["asr.model=base", "asr.language=de", "asr.task=transcribe"]
    assert overrides(None, "auto", None) == ["asr.language="]
    assert overrides("base", None, "translate") == ["asr.model=base", "asr.language=", "asr.task=translate"]
    assert overrides("base", "de", "translate")[1] == "asr.language=de"
    assert overrides(None, None, None, 5) == ["asr.beam_size=5"]


@pytest.mark.heavy
def test_a_file_that_cannot_be_read_does_not_stop_the_others(settings: Settings, tmp_path: Path) -> None:
    long = tmp_path / "long.flac"
    voice = HibariSynthesizer()
    pause = silence(1.0, SPEECH_RATE_HZ)
    samples = np.concatenate([part for text in SENTENCES for part in (voice.synthesize(text), pause)])
    soundfile.write(long, samples, SPEECH_RATE_HZ)
    (tmp_path / "noise.wav").write_bytes(b"no sound at all")
    missing, broken, story, short = transcribe_files(
        settings, [tmp_path / "none.wav", tmp_path / "noise.wav", long, CLIP]
    )
    assert "no sound file" in (missing.error or "")
    assert "convert it" in (broken.error or "")
    assert short.error is None
    assert short.text.lower().count("battery") == 1
    heard = re.findall(r"\w+", story.text.lower())
    assert [word for word in heard if word in KEYWORDS] == KEYWORDS
    assert len(story.utterances) == 2
    assert story.duration_seconds > 28
    times = [time for segment in story.transcript.segments for time in (segment.start_seconds, segment.end_seconds)]
    assert times == sorted(times)
    assert times[-1] <= story.duration_seconds


@pytest.mark.heavy
def test_quiet_and_wrongly_wired_recordings_are_heard_and_silence_is_called_so(
    settings: Settings, tmp_path: Path
) -> None:
    samples, rate = soundfile.read(CLIP, dtype="float32")
    soundfile.write(tmp_path / "inverted.wav", np.stack([samples, -samples], axis=1), rate)
    soundfile.write(tmp_path / "quiet.wav", samples / 300, rate)
    soundfile.write(tmp_path / "silence.wav", np.zeros(rate), rate)
    names = ["inverted.wav", "quiet.wav", "silence.wav"]
    inverted, quiet, silent = transcribe_files(settings, [tmp_path / name for name in names])
    assert "battery" in inverted.text.lower()
    assert "battery" in quiet.text.lower()
    assert (silent.text, inverted.note, quiet.note) == ("", None, None)
    assert "silence.wav: 1.0 s" in (silent.note or "")
