"""Spoken coffee orders from sound to meaning: right only where the intent and every slot are.

The recordings are the open half of Picovoice's speech-to-intent benchmark in ../shared/bench. They are halved again, by
a hash of their names, since their speakers are not named: one half was there to choose by, the other is reported. Noise
is mixed at the level of the whole clip, as torchaudio's add_noise does. The project is `benchmarks.coffee_project`,
trained with the pipeline of the demo shop and with the best one found.

`python -m benchmarks.speech_intent [--half chosen] [--models tiny.en base] [--levels 6 15] [--every N] [-v]`
"""

import argparse
import statistics
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from asr.audio.audio_files import read_audio
from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition
from benchmarks.asr import DATA
from benchmarks.coffee_project import Pipeline, write_coffee_project
from nlu.data.nlu_files import read_nlu
from server.bootstrap import load_interpreter, load_recognizer
from server.building import train
from server.evaluation.speech_report import SpeechReport, as_table, report
from server.evaluation.spoken_commands import (
    CommandFailure,
    CommandJudge,
    CommandResult,
    Known,
    SpokenCommand,
    hear_all,
    read_commands,
)
from server.settings import Settings, load_settings

KITCHEN = "picovoice_kitchen"
LEVELS_DB = (6.0, 9.0, 12.0, 15.0, 18.0, 21.0, 24.0)
HALVES = ("chosen", "reported")
PIPELINES: tuple[Pipeline, ...] = ("demo", "best")
BUILT = Path("build") / "benchmarks" / "speech-intent"


def main() -> None:
    """Print a line for each model and pipeline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="reported")
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--levels", nargs="+", type=float, default=list(LEVELS_DB))
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip only")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the orders that went wrong, and why")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the recordings are absent: {DATA}")
    commands = [c for c in read_commands(DATA / "barista.jsonl") if half_of(c.audio) == arguments.half]
    commands = commands[:: arguments.every]
    print(f"{len(commands)} orders, all right in %; ms: processor time a clip")
    levels = "".join(f"{level:>6g}" for level in arguments.levels)
    print(f"{'model':9}{'pipeline':10}{'clean':>7}{levels}{'mean in noise':>15}{'ms':>6}")
    for model in arguments.models:
        for pipeline, measured in measure(model, commands, arguments.levels):
            print(row(model, pipeline, measured), flush=True)
            if arguments.verbose:
                print(*as_table(measured), *wrong(measured), sep="\n", flush=True)


def half_of(audio: Path) -> str:
    """Return which half a recording belongs to."""
    return HALVES[zlib.crc32(audio.stem.encode()) % len(HALVES)]


def measure(
    model: str, commands: Sequence[SpokenCommand], levels_db: Sequence[float]
) -> Iterator[tuple[Pipeline, SpeechReport]]:
    """Hear all commands once, and judge what was heard by each pipeline."""
    conditions = [AS_RECORDED, *(Condition(None, KITCHEN, level) for level in levels_db)]
    acoustics = Acoustics({KITCHEN: read_audio(DATA / "noise" / f"{KITCHEN}.flac")})
    heard: list[CommandResult] = []
    for pipeline in PIPELINES:
        settings = settings_for(model, pipeline)
        folder = settings.path(settings.paths.assistant)
        data = read_nlu(folder / "data")
        interpreter = load_interpreter(settings, train(settings), folder)
        judge = CommandJudge(interpreter.interpret, commands, Known.of(data))
        if not heard:
            outcomes = list(hear_all(load_recognizer(settings).transcribe, judge, commands, acoustics, conditions))
            heard = [outcome for outcome in outcomes if not isinstance(outcome, CommandFailure)]
        results = [judge.judge(each.command, each.heard, each.condition, each.seconds) for each in heard]
        yield pipeline, report(model, results, data)


def settings_for(model: str, pipeline: Pipeline) -> Settings:
    """Write the project with this pipeline, and return settings that serve it and nothing else."""
    folder = BUILT.resolve() / pipeline
    write_coffee_project(folder, DATA.parent, pipeline)
    places = {"assistant": folder, "knowledge": folder / "knowledge", "build": BUILT.resolve() / f"{pipeline}-build"}
    flags = [f"asr.model={model}", *(f"paths.{name}={place}" for name, place in places.items())]
    return load_settings(flags=flags)


def row(model: str, pipeline: str, measured: SpeechReport) -> str:
    """One line of the table."""
    clean, *noisy = [100 * summary.share for summary in measured.summaries]
    levels = "".join(f"{share:>6.1f}" for share in noisy)
    mean = statistics.mean(noisy) if noisy else float("nan")
    milliseconds = 1000 * statistics.mean(result.seconds for result in measured.results)
    return f"{model:9}{pipeline:10}{clean:>7.1f}{levels}{mean:>15.1f}{milliseconds:>6.0f}"


def wrong(measured: SpeechReport) -> Iterator[str]:
    """The orders that went wrong: what was heard, and the slots that are missing and too many."""
    for result in measured.results:
        if result.failed:
            missing = sorted(result.command.values - result.values)
            extra = sorted(result.values - result.command.values)
            yield f"{result.condition!s:26} {result.failed:8} {result.heard!r} missing {missing} found {extra}"


if __name__ == "__main__":
    main()
