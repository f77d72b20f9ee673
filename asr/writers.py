"""Writes a transcript the way openai-whisper's command line does: txt, vtt, srt, tsv and json."""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from asr.transcript import Segment, Transcript, Word

LANGUAGES_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})  # as whisper.tokenizer splits words
MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND = 3_600_000, 60_000, 1000


def to_txt(transcript: Transcript) -> str:
    """A line of text for each segment."""
    return "".join(f"{_one_line(segment.text)}\n" for segment in transcript.segments)


def to_vtt(transcript: Transcript) -> str:
    """WebVTT subtitles (https://www.w3.org/TR/webvtt1/); hours stand there only when there are some."""
    cues = [
        f"{_vtt_time(segment.start_seconds)} --> {_vtt_time(segment.end_seconds)}\n{_cue_text(segment)}\n\n"
        for segment in transcript.segments
    ]
    return "".join(["WEBVTT\n\n", *cues])


def to_srt(transcript: Transcript) -> str:
    """SubRip subtitles, numbered from 1."""
    return "".join(
        f"{number}\n{_srt_time(segment.start_seconds)} --> {_srt_time(segment.end_seconds)}\n{_cue_text(segment)}\n\n"
        for number, segment in enumerate(transcript.segments, 1)
    )


def to_tsv(transcript: Transcript) -> str:
    """Tab-separated start and end in milliseconds and text, under a header."""
    rows = [
        f"{_ms(segment.start_seconds)}\t{_ms(segment.end_seconds)}\t{_one_line(segment.text)}\n"
        for segment in transcript.segments
    ]
    return "".join(["start\tend\ttext\n", *rows])


def to_json(transcript: Transcript) -> str:
    """One object with text, segments and language, by the names that whisper gives them; times in seconds.

    As with whisper, the texts of the segments joined without anything between them are the whole text.
    """
    space = "" if transcript.language in LANGUAGES_WITHOUT_SPACES else " "
    segments = [_segment(number, segment, space) for number, segment in enumerate(transcript.segments)]
    text = "".join(segment["text"] for segment in segments)
    return json.dumps({"text": text, "segments": segments, "language": transcript.language})


WRITERS: Mapping[str, Callable[[Transcript], str]] = MappingProxyType(
    {"txt": to_txt, "vtt": to_vtt, "srt": to_srt, "tsv": to_tsv, "json": to_json}
)


def _segment(number: int, segment: Segment, space: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": number,
        "start": _seconds(segment.start_seconds),
        "end": _seconds(segment.end_seconds),
        "text": space + segment.text,
        "avg_logprob": segment.average_log_probability,
        "no_speech_prob": segment.no_speech_probability,
    }
    return entry | {"words": [_word(word) for word in segment.words]} if segment.words else entry


def _word(word: Word) -> dict[str, Any]:
    return {
        "word": word.text,
        "start": _seconds(word.start_seconds),
        "end": _seconds(word.end_seconds),
        "probability": word.probability,
    }


def _seconds(seconds: float) -> float:
    """To the millisecond: sums of offsets leave noise in the last digits."""
    return round(seconds, 3)


def _ms(seconds: float) -> int:
    return round(seconds * MS_PER_SECOND)


def _vtt_time(seconds: float) -> str:
    hours, rest = divmod(_ms(seconds), MS_PER_HOUR)
    return f"{hours:02d}:{_minutes(rest, '.')}" if hours else _minutes(rest, ".")


def _srt_time(seconds: float) -> str:
    hours, rest = divmod(_ms(seconds), MS_PER_HOUR)
    return f"{hours:02d}:{_minutes(rest, ',')}"


def _minutes(milliseconds: int, decimal_mark: str) -> str:
    minutes, rest = divmod(milliseconds, MS_PER_MINUTE)
    return f"{minutes:02d}:{rest // MS_PER_SECOND:02d}{decimal_mark}{rest % MS_PER_SECOND:03d}"


def _cue_text(segment: Segment) -> str:
    return re.sub("-{2,}>", "->", _one_line(segment.text))  # an arrow would be taken for times


def _one_line(text: str) -> str:
    """A line break or tab within a text would end it early in these formats."""
    return " ".join(text.split())
