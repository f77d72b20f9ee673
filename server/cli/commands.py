"""The `heedful` command: each command reads the settings, calls one plain function and prints what it returns."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from dialogue.project.rasa_project import Project
    from server.settings import Settings

app = typer.Typer(
    name="heedful",
    help="A self-hosted voice and chat assistant.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

evaluate = typer.Typer(help="Measure a part of the assistant.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(evaluate, name="evaluate")

Config = Annotated[Path | None, typer.Option("--config", help="The settings file, else heedful.toml here or above.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="Override a setting: --set section.key=value. Repeatable.")
]
ProjectFolder = Annotated[Path | None, typer.Argument(help="A Rasa project; else the assistant of the settings.")]
Data = Annotated[
    list[Path] | None, typer.Option(exists=True, help="This file or folder, not the project's data; repeatable.")
]
Domain = Annotated[Path | None, typer.Option(exists=True, help="Another domain than the project's: a file or folder.")]
Pipeline = Annotated[Path | None, typer.Option(exists=True, help="Another config.yml than the project's.")]
Url = Annotated[str, typer.Option(help="The server's address.")]
DEFAULT_URL = "ws://127.0.0.1:8765/v1/realtime"


def main() -> None:
    """Run the command line; errors are told in one line on stderr, with exit status 1 (2 for wrong usage)."""
    with _told_in_one_line():
        app()


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The other of the two broad excepts of the house: a person gets the message, HEEDFUL's log the trace.
        logging.getLogger(__name__).debug("the command failed", exc_info=True)
        print(f"heedful: {error or type(error).__name__}", file=sys.stderr)
        sys.exit(1)


def _settings(config: Path | None, flags: list[str] | None) -> "Settings":
    from server.settings import load_settings

    return load_settings(config, flags=flags or ())


def _project(
    settings: "Settings", folder: Path | None, data: list[Path] | None, domain: Path | None, pipeline: Path | None
) -> "Project":
    from dialogue.project.rasa_project import Project

    return Project.at(folder or settings.path(settings.paths.assistant), pipeline, domain, data or ())


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"heedful {version('heedful')}")
        raise typer.Exit


@app.callback()
def _logs(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, and full errors.")] = False,
) -> None:
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("asyncio", "websockets", "matplotlib", "urllib3", "numba", "tensorflow", "h5py"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@app.command()
def serve(
    config: Config = None,
    flags: Set = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the server; it is ready when /readyz says so."""
    from server.bootstrap import require_built

    overrides = [*(flags or [])]
    overrides += [f"server.host={host}"] if host is not None else []
    overrides += [f"server.port={port}"] if port is not None else []
    settings = _settings(config, overrides)
    require_built(settings)
    from server.transport.serve import serve_forever

    logging.getLogger("server").setLevel(logging.INFO)
    asyncio.run(serve_forever(settings))


@app.command()
def talk(
    file: Annotated[Path, typer.Argument(help="A recording: wav, flac, ogg or mp3.")],
    then: Annotated[list[str] | None, typer.Option(help="A typed turn to follow; repeatable.")] = None,
    out: Annotated[Path, typer.Option(help="Where the spoken reply is written.")] = Path("reply.wav"),
    url: Url = DEFAULT_URL,
    api_key: Annotated[str, typer.Option(envvar="HEEDFUL_SERVER_API_KEY", help="The server's key.")] = "",
) -> None:
    """Speak a recording to a running server at the pace of speech and print what happens."""
    from server.client.talk import talk as talk_to

    asyncio.run(talk_to(url, api_key, file, then or [], out, print))


@app.command()
def chat(
    url: Url = DEFAULT_URL,
    api_key: Annotated[str, typer.Option(envvar="HEEDFUL_SERVER_API_KEY", help="The server's key.")] = "",
) -> None:
    """Type with a running server; an empty line or end of input ends it."""
    from server.client.talk import chat as chat_with

    asyncio.run(chat_with(url, api_key, print))


@app.command()
def demo(
    config: Config = None,
    out: Annotated[Path, typer.Option(help="Where the spoken reply is written.")] = Path("build/demo-reply.wav"),
) -> None:
    """Start a server, ask it a recorded question and a typed follow-up, stop it."""
    from server.client.demo import run_demo

    run_demo(_settings(config, None), out, print)


@app.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings: wav, flac, ogg or mp3, of any length.")],
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
    try:
        output.prepare(files)
    except OutputError as error:
        raise typer.BadParameter(str(error)) from error
    settings = _settings(config, [*(flags or []), *overrides(model, language, task, beam_size)])
    failed = False
    for result in transcribe_files(settings, files, word_timestamps=word_timestamps):
        failed |= result.error is not None
        if result.error is not None:
            print(f"heedful: {result.error}", file=sys.stderr)
        elif (text := output.take(result, several=len(files) > 1)) is not None:
            print(text, flush=True)
    raise typer.Exit(1 if failed else 0)


@evaluate.command("asr")
def evaluate_asr(
    manifest: Annotated[Path, typer.Argument(help="JSON Lines: audio (a path from the file's folder), text, kind.")],
    noise: Annotated[
        list[Path] | None, typer.Option(help="A noise to mix in, or a folder of some; repeatable.")
    ] = None,
    snr: Annotated[
        list[float] | None, typer.Option(help="Level of the noise in dB; repeatable; 20, 15, 10, 5 and 0 if not given.")
    ] = None,
    room: Annotated[
        list[Path] | None, typer.Option(help="A room's impulse response, or a folder of some; repeatable.")
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst clips to show.")] = 5,
    out: Annotated[Path | None, typer.Option("--json", help="Write everything measured to this file.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw errors against noise: .png, .pdf or .svg.")] = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Recognise recordings with known texts, as they are and in rooms and noise; print errors, loops and speed."""
    from server.cli import evaluate_asr as evaluating

    request = evaluating.Request(manifest, tuple(noise or ()), tuple(snr or ()), tuple(room or ()))
    try:
        request.check()
        evaluating.check_outputs(out, picture, noisy=bool(noise))
    except evaluating.EvaluationError as error:
        raise typer.BadParameter(str(error)) from error
    measured = evaluating.evaluate_asr(_settings(config, flags), request)
    print(*evaluating.report(measured, worst), sep="\n")
    for failure in measured.failures:
        print(f"heedful: {failure.error} (left out)", file=sys.stderr)
    if out:
        evaluating.write_json(measured, out)
    if picture and measured.results:
        evaluating.write_picture(measured.results, picture)
    raise typer.Exit(1 if measured.failures else 0)


@evaluate.command("nlu")
def evaluate_nlu(
    project: ProjectFolder = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option(help="Deals the examples to the parts.")] = 0,
    train: Annotated[
        Path | None, typer.Option(help="Learn from this file or folder, not from the project's data.")
    ] = None,
    test: Annotated[
        Path | None, typer.Option(help="Ask about this file's examples instead: Rasa YAML or JSON.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="With --test: a trained model, else one is trained.")] = None,
    pipeline: Pipeline = None,
    frozen: Annotated[bool, typer.Option("--frozen", help="Our frozen heads, whatever config.yml says.")] = False,
    oos_intent: Annotated[str | None, typer.Option(help="The intent of what is out of scope.")] = None,
    in_scope_loss: Annotated[
        float,
        typer.Option(
            min=0,
            max=0.99,
            help="Tell how much out of scope is found by a threshold that loses this share of the rest.",
        ),
    ] = 0.01,
    min_accuracy: Annotated[float | None, typer.Option(min=0, max=1, help="Fail below this accuracy.")] = None,
    min_entity_f1: Annotated[float | None, typer.Option(min=0, max=1, help="Fail below this F1 of entities.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of pictures and errors.json; else build/evaluation/nlu.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Measure intents, entities, confidences and what is out of scope, by cross-validation or on a test file."""
    from server.bootstrap import results_folder
    from server.cli import nlu_report as evaluating
    from server.cli.evaluate_nlu import NluRun, measure

    if model and not test:
        raise typer.BadParameter("--model belongs to --test: cross-validation trains its own")
    if model and (train or pipeline or frozen):
        raise typer.BadParameter("--model is trained already: leave out --train, --pipeline and --frozen, or --model")
    settings = _settings(config, flags)
    run = NluRun(
        project=project or settings.path(settings.paths.assistant),
        train=train,
        test=test,
        model=model,
        config=pipeline,
        frozen=frozen,
        folds=folds,
        seed=seed,
        out_of_scope=oos_intent,
        in_scope_loss=in_scope_loss,
        min_accuracy=min_accuracy,
        min_entity_f1=min_entity_f1,
    )
    measured = measure(settings, run)
    folder = out or results_folder(settings) / "nlu"
    evaluating.write_results(folder, measured)
    print(json.dumps(evaluating.as_json(measured), indent=1) if as_json else "\n".join(evaluating.as_table(measured)))
    print(f"pictures, errors.json and report.json: {folder}", file=sys.stderr)
    _fail_below(evaluating.below_the_bar(measured.report, run))


@evaluate.command("retrieval")
def evaluate_retrieval(
    questions: Annotated[
        list[Path] | None,
        typer.Argument(help="JSON Lines or YAML of questions, else questions.jsonl of the knowledge."),
    ] = None,
    min_ndcg: Annotated[float | None, typer.Option(min=0, max=1, help="Fail below this nDCG@10 of the search.")] = None,
    min_accuracy: Annotated[float | None, typer.Option(min=0, max=1, help="Fail below this share of right.")] = None,
    calibrate: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Print how sure an entry, a fact or a search must be for this share to be right."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder of picture and errors.json; else build/evaluation/retrieval.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Measure the search by words, by meaning and by both, the answers, and what is refused, on known questions."""
    from server.bootstrap import results_folder
    from server.cli import evaluate_retrieval as evaluating

    settings = _settings(config, flags)
    questions = questions or [settings.path(settings.paths.knowledge) / "questions.jsonl"]
    if calibrate is not None:
        print("\n".join(evaluating.as_settings(evaluating.calibrated(settings, questions, calibrate))))
        return
    measured = evaluating.measure(settings, questions)
    folder = out or results_folder(settings) / "retrieval"
    evaluating.write_results(folder, measured)
    print(json.dumps(evaluating.as_json(measured), indent=1) if as_json else "\n".join(evaluating.as_table(measured)))
    print(f"retrieval.png, errors.json and report.json: {folder}", file=sys.stderr)
    _fail_below(evaluating.below_the_bar(measured, min_ndcg, min_accuracy))


def _fail_below(failures: list[str]) -> None:
    for failure in failures:
        print(f"heedful: {failure}", file=sys.stderr)
    raise typer.Exit(1 if failures else 0)


@app.command()
def parse(text: str, config: Config = None, flags: Set = None) -> None:
    """Print the intent and the entities of a text as JSON."""
    from server.bootstrap import open_understanding

    with open_understanding(_settings(config, flags)) as understanding:
        print(json.dumps(understanding.interpret(text).as_dict(), indent=2))


@app.command()
def validate(
    project: ProjectFolder = None,
    data: Data = None,
    domain: Domain = None,
    pipeline: Pipeline = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Find what is wrong with a Rasa project's files and examples; each finding says where, and the cure."""
    from tqdm import tqdm

    from server.cli import validate as validating

    settings = _settings(config, flags)
    chosen = _project(settings, project, data, domain, pipeline)
    with tqdm(bar_format="{desc} {elapsed}", leave=False, disable=not sys.stderr.isatty()) as bar:
        findings = validating.validate(settings, chosen, bar.set_description)
    print(json.dumps(validating.as_json(findings), indent=1) if as_json else "\n".join(validating.as_text(findings)))
    raise typer.Exit(1 if validating.is_failed(findings, strict) else 0)


@app.command()
def train(
    project: ProjectFolder = None,
    data: Data = None,
    domain: Domain = None,
    pipeline: Pipeline = None,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Train a Rasa project from its YAML: what nothing has changed for is not trained again."""
    from server.bootstrap import train as train_assistant
    from server.cli.progress import Bars

    settings = _settings(config, flags)
    chosen = _project(settings, project, data, domain, pipeline)
    with Bars() as progress:
        print(train_assistant(settings, chosen, progress))


@app.command()
def index(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders to read, else [paths] knowledge.", metavar="PATH...")
    ] = None,
    maps: Annotated[
        list[Path] | None, typer.Option("--map", help="A column map for files with foreign columns. Repeatable.")
    ] = None,
    taxonomy: Annotated[
        Path | None, typer.Option(help="Place products in a taxonomy, a file as Google's taxonomy-with-ids.txt.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Keep what the index has: add entries, and change those with the same id.")
    ] = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Index product knowledge, unless nothing changed: JSONL, JSON, CSV, TSV, Parquet, YAML, Markdown and HTML.

    Without --update, the index holds these entries and no others afterwards. Texts that it had keep their vectors.
    Entries that are broken are left out and told. The exit status is 0 when the index holds all the others, and 1 when
    too many are broken ([ingest] max_rejected_share) or nothing can be read; then the index stays as it was.
    """
    from server.bootstrap import build_index
    from server.cli.progress import Bars

    with Bars() as progress:
        report = build_index(_settings(config, flags), paths or (), maps or (), taxonomy, progress, update=update)
    print(*report.lines(), sep="\n")


@app.command()
def forget(
    ids: Annotated[list[str], typer.Argument(help="Ids as answers cite them, such as product:p1.", metavar="ID...")],
    config: Config = None,
    flags: Set = None,
) -> None:
    """Remove entries from the index, and with a product its reviews; the source files are not touched."""
    from retrieval.ingestion.indexing import told
    from server.bootstrap import forget as forget_documents
    from server.cli.progress import Bars

    with Bars() as progress:
        report = forget_documents(_settings(config, flags), ids, progress)
    print(*told(report), sep="\n")


@app.command("match")
def match_products(
    left: Annotated[Path, typer.Argument(help="A file or folder of products; its values come first.")],
    right: Annotated[Path, typer.Argument(help="Another, with products that may be the same.")],
    maps: Annotated[
        list[Path] | None, typer.Option("--map", help="A column map for files with foreign columns. Repeatable.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The JSON Lines file to write, for `heedful index`.")] = Path(
        "merged.jsonl"
    ),
    config: Config = None,
    flags: Set = None,
) -> None:
    """Make one catalogue of two: the same product becomes one, and values that differ stay with their source."""
    from server.cli.match_catalogs import match_files
    from server.cli.progress import Bars

    with Bars() as progress:
        report = match_files(_settings(config, flags), left, right, maps or (), out, progress)
    print(*report.lines(), sep="\n")


@app.command()
def reload(
    url: Annotated[str, typer.Option(help="Where the server reloads.")] = "ws://127.0.0.1:8765/v1/reload",
    api_key: Annotated[str, typer.Option(envvar="HEEDFUL_SERVER_API_KEY", help="The server's key.")] = "",
) -> None:
    """Have a running server load what was trained and indexed since; no session notices."""
    from server.client.realtime_client import reload_server

    asyncio.run(reload_server(url, api_key))
    print("The server answers with what was trained and indexed last.")


@app.command()
def ask(question: str, config: Config = None, flags: Set = None) -> None:
    """Answer a question from the product knowledge alone, with its sources."""
    from retrieval.answering.answerer import Question
    from server.bootstrap import open_answerer

    with open_answerer(_settings(config, flags)) as answerer:
        answer = answerer.answer(Question(question))
    if answer is None:
        print("Nothing in the knowledge answers that.")
        raise typer.Exit(1)
    print(answer.text)
    print(" ".join(answer.source_ids))


@app.command()
def say(
    text: str,
    out: Annotated[Path, typer.Option(help="The WAV file to write.")] = Path("speech.wav"),
    speed: Annotated[float, typer.Option(min=0.5, max=1.5, help="1 is natural.")] = 1.0,
) -> None:
    """Speak a text into a WAV file."""
    from server.client.talk import write_speech

    print(f"{out}: {write_speech(text, out, speed):.2f} s")


if __name__ == "__main__":
    main()
