"""`heedful transcribe`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from server.cli.arguments import Config, Set, read_settings, wrong_usage


def transcribe_cli(
    files: Annotated[list[Path], typer.Argument(help="Recordings: wav, flac, mp3, m4a, webm, Opus …, of any length.")],
    output_format: Annotated[
        Literal["txt", "vtt", "srt", "tsv", "json", "all"] | None,
        typer.Option("--output-format", "-f", help="As whisper writes them; plain text if neither this nor -o."),
    ] = None,
    output_dir: Annotated[
        Path | None, typer.Option("--output-dir", "-o", help="Write files named after the recordings here.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="tiny.en, base, or the path of one.")] = None,
    language: Annotated[str | None, typer.Option(help="Code of what is spoken, or auto.")] = None,
    task: Annotated[
        Literal["transcribe", "translate"] | None, typer.Option(help="translate: into English, with model base.")
    ] = None,
    beam_size: Annotated[
        int | None, typer.Option(min=1, help="Texts weighed against each other; 1 is quickest.")
    ] = None,
    word_timestamps: Annotated[bool, typer.Option("--word-timestamps", help="Times of words, in json.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with times.")] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Turn recordings into text or subtitles; short ones are cut into utterances as the server does."""
    from server.cli.transcribe import Output, OutputError, overrides, transcribe_files

    output = Output(output_format, output_dir, json_lines=as_json)
    with wrong_usage(OutputError):
        output.prepare(files)
    settings = read_settings(config, [*(flags or []), *overrides(model, language, task, beam_size)])
    failed = False
    for result in transcribe_files(settings, files, word_timestamps=word_timestamps):
        failed |= result.error is not None
        if result.error is not None:
            print(f"heedful: {result.error}", file=sys.stderr)
            continue
        if result.note is not None:
            print(f"heedful: {result.note}", file=sys.stderr)
        if (text := output.take(result, several=len(files) > 1)) is not None:
            print(text, flush=True)
    raise typer.Exit(1 if failed else 0)
