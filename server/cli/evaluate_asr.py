"""Measures the recognition of a manifest of recordings, and reports it as tables, as JSON and as a picture."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from asr.evaluation.acoustics import Acoustics
from asr.evaluation.recognition import (
    ClipFailure,
    ClipResult,
    LevelSummary,
    Summary,
    by_level,
    evaluate,
    grouped,
    read_manifest,
    worst,
)
from server.bootstrap import load_recognizer
from server.settings import Settings

COLUMNS = ("clips", "wer", "cer", "substitutions", "deletions", "insertions", "loops", "median_ms", "rtf")
DEFAULT_LEVELS_DB = (20.0, 15.0, 10.0, 5.0, 0.0)
PICTURES = (".png", ".pdf", ".svg")
SCHEMA = 1  # of the JSON; goes up when a key is renamed or dropped


class EvaluationError(Exception):
    """What cannot be measured or written so; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured; noises and rooms are recordings or folders of them."""

    manifest: Path
    noises: tuple[Path, ...] = ()
    levels_db: tuple[float, ...] = ()
    rooms: tuple[Path, ...] = ()

    def check(self) -> None:
        """Raises EvaluationError for options that do not go together."""
        if self.levels_db and not self.noises:
            raise EvaluationError("--snr is the level of a noise; add --noise")
        for level in self.levels_db:
            if not math.isfinite(level):
                raise EvaluationError(f"--snr {level} is no level; give decibels, such as 10")


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it: `model` is the setting `asr.model`; a clip that failed is not among the results."""

    model: str
    results: tuple[ClipResult, ...]
    failures: tuple[ClipFailure, ...] = ()


def check_outputs(json_file: Path | None, picture: Path | None, *, noisy: bool) -> None:
    """Raises EvaluationError for files that could not be written in the end, before hours of work are lost."""
    for file in (json_file, picture):
        if file is not None and not file.parent.is_dir():
            raise EvaluationError(f"there is no folder {file.parent} for {file.name}; make it first")
    if picture is not None and picture.suffix.lower() not in PICTURES:
        raise EvaluationError(f"--picture {picture} can be one of {', '.join(PICTURES)}; give it that ending")
    if picture is not None and not noisy:
        raise EvaluationError("--picture draws errors against noise; add --noise")


def measure(settings: Settings, request: Request) -> Measured:
    """Recognise the manifest's clips as recorded and under each condition asked for, with a bar on a terminal's stderr.

    Raises ManifestError, or AudioError for a noise or a room that cannot be used; a bad clip is among the failures.
    """
    clips = read_manifest(request.manifest)
    acoustics = Acoustics.read(request.noises, request.rooms)
    conditions = acoustics.conditions(list(dict.fromkeys(request.levels_db or DEFAULT_LEVELS_DB)))
    running = evaluate(load_recognizer(settings).transcribe, clips, acoustics, conditions)
    outcomes = list(tqdm(running, total=len(clips) * len(conditions), unit="clip", leave=False, disable=None))
    return Measured(
        settings.asr.model,
        tuple(outcome for outcome in outcomes if isinstance(outcome, ClipResult)),
        tuple(outcome for outcome in outcomes if isinstance(outcome, ClipFailure)),
    )


def report(measured: Measured, worst_count: int) -> Iterator[str]:
    """Everything a person wants to read, as lines; none without results."""
    if not measured.results:
        return
    yield from as_table(grouped(measured.results))
    cells = by_level(measured.results)
    if any(cell.snr_db is not None for cell in cells):
        for room in dict.fromkeys(cell.room for cell in cells):
            yield from level_table([cell for cell in cells if cell.room == room], "words")
            yield from level_table([cell for cell in cells if cell.room == room], "characters")
    yield from worst_lines(measured.results, worst_count)


def as_table(groups: Mapping[str, Summary]) -> Iterator[str]:
    """The groups as lines of text."""
    width = max(18, *map(len, groups))
    yield f"{'':{width}}" + "".join(f"{name[:9]:>10}" for name in COLUMNS)
    for name, summary in groups.items():
        row = summary.as_dict()
        yield f"{name:{width}}" + "".join(f"{row[column]:>10}" for column in COLUMNS)


def level_table(cells: Sequence[LevelSummary], of: Literal["words", "characters"]) -> Iterator[str]:
    """The error rates of the groups, in percent, against the signal-to-noise ratio; the cells are those of one room."""
    levels = sorted({cell.snr_db for cell in cells}, key=lambda level: -math.inf if level is None else -level)
    groups = list(dict.fromkeys(cell.group for cell in cells))
    rates = {(cell.group, cell.snr_db): getattr(cell.summary, of).rate for cell in cells}
    width = max(18, *map(len, groups))
    room = f" in room {cells[0].room}" if cells[0].room else ""
    yield ""
    yield f"{'WER' if of == 'words' else 'CER'} in percent{room}"
    yield f"{'':{width}}" + "".join(f"{_level_name(level):>10}" for level in levels)
    for group in groups:
        row = (rates.get((group, level)) for level in levels)
        yield f"{group:{width}}" + "".join(f"{'-' if rate is None else f'{100 * rate:.1f}':>10}" for rate in row)


def _level_name(level: float | None) -> str:
    return "no noise" if level is None else f"{level:g} dB"


def worst_lines(results: Sequence[ClipResult], count: int) -> Iterator[str]:
    """The clips that went worst, with what was said and what was heard."""
    for number, result in enumerate(worst(results, count)):
        if not number:
            yield ""
        yield f"{result.words.rate:6.0%}  {result.clip.audio.name} ({result.condition})"
        yield f"        said   {result.reference}"
        yield f"        heard  {result.hypothesis}"


def as_json(measured: Measured) -> dict[str, Any]:
    """Everything measured: `groups` and `by_snr` summarise, `clips` holds every result, `failures` what is left out.

    A name is null for no room or no noise. Keys may be added; renaming or dropping one raises `schema`.
    """
    results = measured.results
    return {
        "schema": SCHEMA,
        "model": measured.model,
        "groups": {name: summary.as_dict() for name, summary in (grouped(results) if results else {}).items()},
        "by_snr": [
            {"room": cell.room, "group": cell.group, "snr_db": cell.snr_db, **cell.summary.as_dict()}
            for cell in by_level(results)
        ],
        "clips": [_clip_json(result) for result in results],
        "failures": [{"audio": str(failure.clip.audio), "error": failure.error} for failure in measured.failures],
    }


def _clip_json(result: ClipResult) -> dict[str, Any]:
    clip = {"audio": str(result.clip.audio), "text": result.clip.text, "kind": result.clip.kind}
    return {
        "clip": {**clip, **asdict(result.condition)},
        "reference": result.reference,
        "hypothesis": result.hypothesis,
        "words": asdict(result.words),
        "characters": asdict(result.characters),
        "looped": result.looped,
        "audio_seconds": round(result.audio_seconds, 3),
        "seconds": round(result.seconds, 4),
    }


def write_outputs(measured: Measured, json_file: Path | None, picture: Path | None) -> None:
    """Write what was measured to the files that are given; the picture only if there is something to draw."""
    if json_file:
        write_json(measured, json_file)
    if picture and measured.results:
        write_picture(measured.results, picture)


def write_json(measured: Measured, path: Path) -> None:
    """Write `as_json` to a file."""
    path.write_text(json.dumps(as_json(measured), indent=1) + "\n", encoding="utf-8")


def write_picture(results: Sequence[ClipResult], path: Path) -> None:
    """Draw word error rates against the signal-to-noise ratio: a line for each kind, a panel for each room.

    The rightmost point of a line is without noise.
    """
    import matplotlib.figure

    cells = [cell for cell in by_level(results) if not cell.group.startswith("noise ")]
    kinds = [group for group in dict.fromkeys(cell.group for cell in cells) if group != "all"]
    rooms = list(dict.fromkeys(cell.room for cell in cells))
    levels = sorted({cell.snr_db for cell in cells if cell.snr_db is not None})
    figure = matplotlib.figure.Figure(figsize=(1 + 5 * len(rooms), 4), layout="constrained")
    panels = figure.subplots(1, len(rooms), sharey=True, squeeze=False)[0]
    for room, panel in zip(rooms, panels, strict=True):
        for group in kinds if len(kinds) == 1 else [*kinds, "all"]:
            _draw(panel, [cell for cell in cells if (cell.room, cell.group) == (room, group)], levels)
        panel.set_xticks(range(len(levels) + 1), [*(f"{level:g}" for level in levels), "no noise"])
        panel.set(title=f"room {room}" if room else "as recorded", xlabel="signal-to-noise ratio (dB)")
        panel.grid(axis="y", alpha=0.3)
    panels[0].set_ylabel("word error rate (%)")
    panels[0].set_ylim(bottom=0)
    panels[-1].legend()
    figure.savefig(path, dpi=120)


def _draw(panel: Any, cells: Sequence[LevelSummary], levels: Sequence[float]) -> None:
    """One group's line, from the loudest noise to none."""
    points = sorted((len(levels) if c.snr_db is None else levels.index(c.snr_db), c.summary.words.rate) for c in cells)
    style = {"color": "black", "linestyle": "--"} if cells[0].group == "all" else {"marker": "o"}
    label = cells[0].group.removeprefix("kind ")
    panel.plot([place for place, _ in points], [100 * rate for _, rate in points], label=label, **style)
