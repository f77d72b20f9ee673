"""The formats against files written by hand, against whisper's own writers, and read back."""

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whisper.utils import get_writer

from asr.transcript import Segment, Transcript, Word
from asr.writers import WRITERS, to_json, to_srt, to_tsv, to_txt, to_vtt

TRANSCRIPT = Transcript(
    "Hello there. Two --> three. Late.",
    "en",
    3700.0,
    (
        Segment(0.0, 1.5, "Hello there.", -0.25, 0.125),
        Segment(59.9996, 61.04, "Two --> three.", -0.5, 0.0),
        Segment(3599.9994, 3661.2, "Late."),
    ),
)
WITH_WORDS = Transcript(
    "Hi you.",
    "en",
    2.0,
    (Segment(0.5, 1.0, "Hi you.", words=(Word(" Hi", 0.5, 0.7, 0.75), Word(" you.", 0.7, 1.0, 0.5))),),
)


def test_txt_has_a_line_for_each_segment() -> None:
    assert to_txt(TRANSCRIPT) == "Hello there.\nTwo --> three.\nLate.\n"


def test_srt_is_numbered_with_hours_and_decimal_commas() -> None:
    assert to_srt(TRANSCRIPT) == (
        "1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n"
        "2\n00:01:00,000 --> 00:01:01,040\nTwo -> three.\n\n"
        "3\n00:59:59,999 --> 01:01:01,200\nLate.\n\n"
    )


def test_vtt_has_its_header_and_hours_only_where_there_are_some() -> None:
    assert to_vtt(TRANSCRIPT) == (
        "WEBVTT\n\n"
        "00:00.000 --> 00:01.500\nHello there.\n\n"
        "01:00.000 --> 01:01.040\nTwo -> three.\n\n"
        "59:59.999 --> 01:01:01.200\nLate.\n\n"
    )


def test_tsv_counts_milliseconds_under_a_header() -> None:
    assert to_tsv(TRANSCRIPT) == (
        "start\tend\ttext\n0\t1500\tHello there.\n60000\t61040\tTwo --> three.\n3599999\t3661200\tLate.\n"
    )


def test_json_has_whispers_names() -> None:
    written = json.loads(to_json(TRANSCRIPT))
    assert list(written) == ["text", "segments", "language"]
    assert written["text"] == " Hello there. Two --> three. Late."
    assert written["language"] == "en"
    assert written["segments"][0] == {
        "id": 0, "start": 0.0, "end": 1.5, "text": " Hello there.", "avg_logprob": -0.25, "no_speech_prob": 0.125,
    }  # fmt: skip
    assert [segment["id"] for segment in written["segments"]] == [0, 1, 2]


def test_json_has_words_where_there_are_some() -> None:
    (segment,) = json.loads(to_json(WITH_WORDS))["segments"]
    assert segment["words"] == [
        {"word": " Hi", "start": 0.5, "end": 0.7, "probability": 0.75},
        {"word": " you.", "start": 0.7, "end": 1.0, "probability": 0.5},
    ]


def test_json_of_a_language_without_spaces_has_none() -> None:
    segments = (Segment(0.0, 1.0, "你好"), Segment(1.0, 2.0, "世界"))
    assert json.loads(to_json(Transcript("你好 世界", "zh", 2.0, segments)))["text"] == "你好世界"


def test_json_times_have_no_noise_of_sums() -> None:
    transcript = Transcript("a", "en", 1.0, (Segment(0.1 + 0.2, 0.7 + 0.1, "a"),))
    assert '"start": 0.3, "end": 0.8' in to_json(transcript)


@pytest.mark.parametrize(
    ("name", "text"), [("txt", ""), ("srt", ""), ("vtt", "WEBVTT\n\n"), ("tsv", "start\tend\ttext\n")]
)
def test_nothing_said_leaves_the_header(name: str, text: str) -> None:
    assert WRITERS[name](Transcript("", "en", 5.0)) == text


@pytest.mark.parametrize("text", ["-->", "--->", "a ----> b"])
def test_no_text_can_be_taken_for_times(text: str) -> None:
    transcript = Transcript(text, "en", 1.0, (Segment(0.0, 1.0, text),))
    for written in (to_srt(transcript), to_vtt(transcript)):
        assert written.count("-->") == 1


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
texts = st.lists(words, min_size=1, max_size=5).map(" ".join)
near_hours = st.sampled_from([3600.0, 7200.0, 60.0, 360000.0]).flatmap(lambda at: st.floats(at - 0.002, at + 0.002))
seconds = st.one_of(st.floats(0, 400_000), near_hours)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    said = draw(st.lists(texts, max_size=5))
    times = sorted(draw(st.lists(seconds, min_size=2 * len(said), max_size=2 * len(said))))
    segments = tuple(Segment(times[2 * at], times[2 * at + 1], text) for at, text in enumerate(said))
    return Transcript(" ".join(said), "en", 400_000.0, segments)


def milliseconds(clock: str) -> int:
    """`01:02:03,004` or `02:03.004`; fails on anything that is not written so."""
    found = re.fullmatch(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[,.](\d{3})", clock)
    assert found, clock
    hours, minutes, whole, thousandths = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + whole) * 1000 + thousandths


@pytest.mark.parametrize("name", ["srt", "vtt"])
@given(transcripts())
def test_subtitles_can_be_read_back(name: str, transcript: Transcript) -> None:
    written = WRITERS[name](transcript).removeprefix("WEBVTT\n\n")
    cues = [cue.split("\n") for cue in written.split("\n\n")[:-1]]
    if name == "srt":
        assert [cue.pop(0) for cue in cues] == [str(at) for at in range(1, len(cues) + 1)]
    times = [milliseconds(clock) for clocks, _ in cues for clock in clocks.split(" --> ")]
    assert times == [round(1000 * at) for one in transcript.segments for at in (one.start_seconds, one.end_seconds)]
    assert times == sorted(times)
    assert all(time >= 0 for time in times)
    assert [text for _, text in cues] == [
        re.sub("-+>", "->", one.text) if "-->" in one.text else one.text for one in transcript.segments
    ]


@given(transcripts())
def test_tsv_can_be_read_back(transcript: Transcript) -> None:
    rows = [row.split("\t") for row in to_tsv(transcript).split("\n")[1:-1]]
    assert [text for _, _, text in rows] == [one.text for one in transcript.segments]
    assert [(int(start), int(end)) for start, end, _ in rows] == [
        (round(1000 * one.start_seconds), round(1000 * one.end_seconds)) for one in transcript.segments
    ]


@pytest.mark.parametrize("name", ["txt", "vtt", "srt", "tsv"])
@given(transcripts())
def test_equals_what_whisper_writes(name: str, transcript: Transcript) -> None:
    file = io.StringIO()
    segments = [
        {"start": one.start_seconds, "end": one.end_seconds, "text": f" {one.text}"} for one in transcript.segments
    ]
    get_writer(name, ".").write_result({"segments": segments}, file, {})
    if not re.search("---+>", transcript.text):  # whisper lets an arrow through there
        assert WRITERS[name](transcript) == file.getvalue()
