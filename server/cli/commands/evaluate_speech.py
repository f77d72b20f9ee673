"""`heedful evaluate speech`: spoken commands, from sound to meaning."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.arguments import Config, ProjectFolder, Set, end_with, read_settings, wrong_usage

if TYPE_CHECKING:
    from server.cli.evaluate_asr import Request
    from server.evaluation.speech_report import SpeechReport
    from server.settings import Settings


def evaluate_speech_cli(
    manifest: Annotated[
        Path,
        typer.Argument(help="JSON Lines: audio (a path from the file's folder), intent, slots, and text if known."),
    ],
    project: ProjectFolder = None,
    noise: Annotated[
        list[Path] | None, typer.Option(help="A noise to mix in, or a folder of some; repeatable.")
    ] = None,
    snr: Annotated[
        list[float] | None, typer.Option(help="Level of the noise in dB; repeatable; 20, 15, 10, 5 and 0 if not given.")
    ] = None,
    min_right: Annotated[float | None, typer.Option(min=0, max=1, help="Fail below this share all right.")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write everything measured to this file.")] = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Hear and understand recorded commands: the share whose intent and every slot are right, and what failed."""
    from server.cli import evaluate_asr
    from server.evaluation import speech_report

    request = evaluate_asr.Request(manifest, tuple(noise or ()), tuple(snr or ()))
    with wrong_usage(evaluate_asr.EvaluationError):
        request.check()
        evaluate_asr.check_outputs(out, None, noisy=bool(noise))
    measured = measure(_of_project(read_settings(config, flags), project), request)
    print(*speech_report.as_table(measured), sep="\n")
    if out:
        out.write_text(json.dumps(speech_report.as_json(measured), indent=1) + "\n", encoding="utf-8")
    for failure in measured.failures:
        print(f"heedful: {failure.error} (left out)", file=sys.stderr)
    below = [f"{measured.share:.1%} all right, below {min_right:.1%}"] if measured.share < (min_right or 0) else []
    end_with(below + [f"{len(measured.failures)} recordings were left out"] * bool(measured.failures))


def _of_project(settings: "Settings", folder: Path | None) -> "Settings":
    """Return the settings with another assistant: what is favoured in recognition is that project's, too."""
    if folder is None:
        return settings
    return replace(settings, paths=replace(settings.paths, assistant=str(folder.resolve())))


def measure(settings: "Settings", request: "Request") -> "SpeechReport":
    """Train the assistant of the settings if something changed, then hear and judge every command of the manifest."""
    from asr.evaluation.acoustics import Acoustics
    from nlu.data.nlu_files import read_nlu
    from server.bootstrap import load_interpreter, load_recognizer
    from server.building import train
    from server.cli.evaluate_asr import DEFAULT_LEVELS_DB
    from server.evaluation.speech_report import report
    from server.evaluation.spoken_commands import CommandJudge, Known, hear_all, read_commands

    commands = read_commands(request.manifest)
    acoustics = Acoustics.read(request.noises, request.rooms)
    folder = settings.path(settings.paths.assistant)
    data = read_nlu(folder / "data")
    interpreter = load_interpreter(settings, train(settings), folder)
    judge = CommandJudge(interpreter.interpret, commands, Known.of(data))
    conditions = acoustics.conditions(request.levels_db or DEFAULT_LEVELS_DB)
    return report(
        settings.asr.model,
        hear_all(load_recognizer(settings).transcribe, judge, commands, acoustics, conditions),
        data,
    )
