"""What `heedful evaluate asr` does: a manifest of recordings measured, told as a table, as JSON and as a picture."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from asr.audio import read_audio
from asr.evaluation import ClipResult, Summary, evaluate, grouped, read_manifest, with_noise, worst
from server.bootstrap import load_recognizer
from server.settings import Settings

COLUMNS = ("clips", "wer", "cer", "substitutions", "deletions", "insertions", "loops", "median_ms", "rtf")


def evaluate_asr(
    settings: Settings, manifest: Path, noise: Path | None = None, levels_db: Sequence[float] = ()
) -> Iterator[ClipResult]:
    """Recognise the manifest's clips as they are, then once more with noise at each level.

    Raises ManifestError, or AudioError for a clip or noise that cannot be read.
    """
    clips = read_manifest(manifest)
    mixed = read_audio(noise) if noise else None
    recognizer = load_recognizer(settings)
    yield from evaluate(recognizer, clips)
    if mixed is not None:
        yield from evaluate(recognizer, with_noise(clips, levels_db), mixed)


def as_table(groups: Mapping[str, Summary]) -> Iterable[str]:
    """The groups as lines of text."""
    yield f"{'':18}" + "".join(f"{name[:9]:>10}" for name in COLUMNS)
    for name, summary in groups.items():
        row = summary.as_dict()
        yield f"{name:18}" + "".join(f"{row[column]:>10}" for column in COLUMNS)


def as_json(results: Sequence[ClipResult]) -> dict[str, Any]:
    """Everything measured: the groups, and every clip with its texts."""
    clips = [{**asdict(result), "clip": {**asdict(result.clip), "audio": str(result.clip.audio)}} for result in results]
    return {"groups": {name: summary.as_dict() for name, summary in grouped(results).items()}, "clips": clips}


def worst_lines(results: Sequence[ClipResult], count: int) -> Iterator[str]:
    """The clips that went worst, with what was said and what was heard."""
    for result in worst(results, count):
        level = "" if result.clip.snr_db is None else f" at {result.clip.snr_db:g} dB"
        yield f"{result.words.rate:6.0%}  {result.clip.audio.name}{level}"
        yield f"        said   {result.reference}"
        yield f"        heard  {result.hypothesis}"


def write_json(results: Sequence[ClipResult], path: Path) -> None:
    """Write `as_json` to a file."""
    path.write_text(json.dumps(as_json(results), indent=1) + "\n", encoding="utf-8")


def write_picture(results: Sequence[ClipResult], path: Path) -> None:
    """Draw the word error rate against the signal-to-noise ratio, with the clips as recorded as a line across."""
    import matplotlib.figure

    levels: dict[float, list[ClipResult]] = {}
    for result in results:
        if result.clip.snr_db is not None:
            levels.setdefault(result.clip.snr_db, []).append(result)
    rates = {level: grouped(members)["all"].words.rate for level, members in sorted(levels.items())}
    clean = grouped([result for result in results if result.clip.snr_db is None])["all"].words.rate
    figure = matplotlib.figure.Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(
        xlabel="signal-to-noise ratio (dB)", ylabel="word error rate (%)", title="Recognition in noise"
    )
    axes.axhline(100 * clean, linestyle="--", color="grey", label="as recorded")
    axes.plot(list(rates), [100 * rate for rate in rates.values()], marker="o", label="with noise")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(path, dpi=120)
