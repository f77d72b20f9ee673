"""Measures recognition against known texts: word and character errors, loops, speed, in rooms and noise on request."""

import json
import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from whisper.normalizers import EnglishTextNormalizer

from asr.audio.audio_files import read_audio
from asr.decoding.repetition import without_loops
from asr.errors import AsrError
from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.transcript import Transcript


class ManifestError(AsrError):
    """A manifest that cannot be used; the message begins with file and line."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording with what is said in it."""

    audio: Path
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class ErrorCounts:
    """Edits from the reference to the hypothesis; added up over clips by `+`."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    length: int = 0

    def __add__(self, other: "ErrorCounts") -> "ErrorCounts":
        return ErrorCounts(
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
            self.length + other.length,
        )

    @property
    def rate(self) -> float:
        """Errors per word (or character) of the reference; 0 for no reference and no errors."""
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.length if self.length else float(errors > 0)


@dataclass(frozen=True, slots=True)
class ClipResult:
    """One clip recognised under one condition; texts are normalised."""

    clip: Clip
    reference: str
    hypothesis: str
    words: ErrorCounts
    characters: ErrorCounts
    looped: bool
    audio_seconds: float
    seconds: float
    condition: Condition = AS_RECORDED


@dataclass(frozen=True, slots=True)
class ClipFailure:
    """A clip that could not be read or recognised, and why."""

    clip: Clip
    error: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The results of one group of clips."""

    clips: int
    words: ErrorCounts
    characters: ErrorCounts
    loops: int
    median_ms: float
    real_time_factor: float

    def as_dict(self) -> dict[str, Any]:
        """The summary for JSON and tables."""
        return {
            "clips": self.clips,
            "wer": round(self.words.rate, 4),
            "cer": round(self.characters.rate, 4),
            "words": self.words.length,
            "substitutions": self.words.substitutions,
            "deletions": self.words.deletions,
            "insertions": self.words.insertions,
            "loops": self.loops,
            "median_ms": round(self.median_ms, 1),
            "rtf": round(self.real_time_factor, 4),
        }


def read_manifest(path: Path) -> list[Clip]:
    """The clips of a JSON Lines file: `audio` (a path from the file's folder), `text`, and `kind` if there is one.

    Lines whose `text` is null are left out: nothing can be measured on them. Raises ManifestError.
    """
    clips: list[Clip] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if line.strip() and (clip := _clip(line, path.parent, f"{path}:{number}")) is not None:
            clips.append(clip)
    if not clips:
        raise ManifestError(f"{path}: no line has a text; write one JSON object with audio and text a line")
    return clips


def _clip(line: str, folder: Path, place: str) -> Clip | None:
    try:
        entry = json.loads(line)
        audio, text = entry["audio"], entry["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{place}: not an object with audio and text ({error!r})") from error
    if not isinstance(audio, str) or not isinstance(text, str | None):
        raise ManifestError(f"{place}: audio must be a path and text a sentence or null")
    if text is None:
        return None
    return Clip(folder / audio, text, str(entry.get("kind", "all")))


@cache
def _normalizer() -> EnglishTextNormalizer:
    with warnings.catch_warnings():  # whisper leaves its spelling file to the garbage collector to close
        warnings.simplefilter("ignore", ResourceWarning)
        return EnglishTextNormalizer()


def normalized(text: str) -> str:
    """The text as Whisper's English normaliser writes it: lower case, numbers in digits, no punctuation."""
    result: str = _normalizer()(text)
    return result


def count_errors(reference: str, hypothesis: str) -> tuple[ErrorCounts, ErrorCounts]:
    """Word and character errors of the fewest edits between two normalised texts."""
    if not reference:
        extra = ErrorCounts(insertions=len(hypothesis.split()))
        return extra, ErrorCounts(insertions=len(hypothesis))
    words = jiwer.process_words(reference, hypothesis)
    characters = jiwer.process_characters(reference, hypothesis)
    return (
        ErrorCounts(words.substitutions, words.deletions, words.insertions, len(reference.split())),
        ErrorCounts(characters.substitutions, characters.deletions, characters.insertions, len(reference)),
    )


def evaluate(
    transcribe: Callable[[Samples], Transcript],
    clips: Iterable[Clip],
    acoustics: Acoustics | None = None,
    conditions: Sequence[Condition] = (AS_RECORDED,),
    now: Callable[[], float] = time.perf_counter,
) -> Iterator[ClipResult | ClipFailure]:
    """Recognise each clip under each condition, with the same stretch of a noise at all levels.

    `transcribe` takes float32 [n] mono 16 kHz. A clip that cannot be read or recognised gives one failure, and the
    next clip is taken.
    """
    acoustics = acoustics or Acoustics()
    for number, clip in enumerate(clips):
        try:
            samples = read_audio(clip.audio)
            for condition in conditions:
                heard = acoustics.apply(samples, condition, seed=number)
                started = now()
                text = transcribe(heard).text
                yield judge(clip, text, len(samples) / SAMPLE_RATE_HZ, now() - started, condition)
        except AsrError as error:
            yield ClipFailure(clip, str(error))


def judge(
    clip: Clip, text: str, audio_seconds: float, seconds: float, condition: Condition = AS_RECORDED
) -> ClipResult:
    """What a hypothesis is worth."""
    reference, hypothesis = normalized(clip.text), normalized(text)
    words, characters = count_errors(reference, hypothesis)
    said = hypothesis.split()
    ids = [hash(word) for word in said]
    looped = len(without_loops(ids)) < len(ids)
    return ClipResult(clip, reference, hypothesis, words, characters, looped, audio_seconds, seconds, condition)


def summarize(results: Sequence[ClipResult]) -> Summary:
    """The sums over the results, which must not be empty."""
    return Summary(
        clips=len(results),
        words=sum((result.words for result in results), ErrorCounts()),
        characters=sum((result.characters for result in results), ErrorCounts()),
        loops=sum(result.looped for result in results),
        median_ms=float(np.median([result.seconds for result in results])) * 1000,
        real_time_factor=sum(r.seconds for r in results) / sum(r.audio_seconds for r in results),
    )


def grouped(results: Sequence[ClipResult]) -> dict[str, Summary]:
    """A summary of each kind, room, noise and signal-to-noise ratio, and of all."""
    groups: dict[str, list[ClipResult]] = {}
    for group_of in (_kind, _room, _noise, _level, _all):
        for result in results:
            if (name := group_of(result)) is not None:
                groups.setdefault(name, []).append(result)
    return {name: summarize(members) for name, members in groups.items()}


@dataclass(frozen=True, slots=True)
class LevelSummary:
    """The results of one group at one signal-to-noise ratio (None: without noise) in one room (None: as recorded)."""

    room: str | None
    group: str
    snr_db: float | None
    summary: Summary


def by_level(results: Sequence[ClipResult]) -> list[LevelSummary]:
    """Each kind, each noise, and all, at each signal-to-noise ratio: room by room, the quietest noise first."""
    cells: dict[tuple[str | None, str, float | None], list[ClipResult]] = {}
    for group_of in (_kind, _noise, _all):
        for result in results:
            if (name := group_of(result)) is not None:
                cells.setdefault((result.condition.room, name, result.condition.snr_db), []).append(result)
    rooms = list(dict.fromkeys(result.condition.room for result in results))
    summaries = [LevelSummary(*place, summarize(members)) for place, members in cells.items()]
    groups = list(dict.fromkeys(cell.group for cell in summaries))
    return sorted(summaries, key=lambda cell: (rooms.index(cell.room), groups.index(cell.group), _quietest(cell)))


def _quietest(cell: LevelSummary) -> float:
    return -math.inf if cell.snr_db is None else -cell.snr_db


def _kind(result: ClipResult) -> str | None:
    return f"kind {result.clip.kind}"


def _room(result: ClipResult) -> str | None:
    return None if result.condition.room is None else f"room {result.condition.room}"


def _noise(result: ClipResult) -> str | None:
    return None if result.condition.noise is None else f"noise {result.condition.noise}"


def _level(result: ClipResult) -> str | None:
    return None if result.condition.snr_db is None else f"{result.condition.snr_db:g} dB"


def _all(result: ClipResult) -> str | None:
    return "all"


def worst(results: Sequence[ClipResult], count: int = 10) -> list[ClipResult]:
    """The results with the highest word error rates, only those with errors."""
    wrong = [result for result in results if result.words.rate > 0]
    return sorted(wrong, key=lambda result: result.words.rate, reverse=True)[:count]
