"""`heedful evaluate asr`, `nlu` and `retrieval`: what measures a part of the assistant."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from server.cli.arguments import AsJson, Config, Pipeline, ProjectFolder, Set, end_with, read_settings, wrong_usage

if TYPE_CHECKING:
    from server.settings import Settings


def evaluate_asr_cli(
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
    from server.cli import evaluate_asr

    request = evaluate_asr.Request(manifest, tuple(noise or ()), tuple(snr or ()), tuple(room or ()))
    with wrong_usage(evaluate_asr.EvaluationError):
        request.check()
        evaluate_asr.check_outputs(out, picture, noisy=bool(noise))
    measured = evaluate_asr.measure(read_settings(config, flags), request)
    print(*evaluate_asr.report(measured, worst), sep="\n")
    for failure in measured.failures:
        print(f"heedful: {failure.error} (left out)", file=sys.stderr)
    evaluate_asr.write_outputs(measured, out, picture)
    raise typer.Exit(1 if measured.failures else 0)


def evaluate_nlu_cli(
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
    as_json: AsJson = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Measure intents, entities, confidences and what is out of scope, by cross-validation or on a test file."""
    from server.artifacts import results_folder
    from server.cli import nlu_report
    from server.cli.evaluate_nlu import Inputs, NluRun, OutOfScope, measure

    with wrong_usage(ValueError):
        inputs = Inputs(train=train, test=test, config=pipeline, model=model, frozen=frozen)
    settings = read_settings(config, flags)
    project = project or settings.path(settings.paths.assistant)
    run = NluRun(project, inputs, OutOfScope(oos_intent, in_scope_loss), folds, seed)
    measured = measure(settings, run)
    folder = out or results_folder(settings) / "nlu"
    nlu_report.write_results(folder, measured)
    print(json.dumps(nlu_report.as_json(measured), indent=1) if as_json else "\n".join(nlu_report.as_table(measured)))
    print(f"pictures, errors.json and report.json: {folder}", file=sys.stderr)
    end_with(nlu_report.below_the_bar(measured.report, min_accuracy, min_entity_f1))


def evaluate_retrieval_cli(
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
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Ask questions made from the index's own records instead.")
    ] = False,
    products: Annotated[int, typer.Option(min=1, help="With --self-test: how many products to ask about.")] = 50,
    seed: Annotated[int, typer.Option(help="With --self-test: chooses the products and the wordings.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="The folder of what is written; else build/evaluation/retrieval or self-test.")
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
    flags: Set = None,
) -> None:
    """Measure the search by words, by meaning and by both, the answers, and what is refused, on known questions.

    With --self-test, on questions made from the records of the index: every property of a sample of its products, as
    it is, misspelt and as recognition writes it, with what has to be refused.
    """
    from server.artifacts import results_folder
    from server.cli import evaluate_retrieval

    settings = read_settings(config, flags)
    if self_test:
        if questions or calibrate is not None or min_ndcg is not None:
            raise typer.BadParameter(
                "--self-test writes its own questions; leave out files, --calibrate and --min-ndcg"
            )
        _self_test(settings, products, seed, min_accuracy, out, as_json)
    questions = questions or [settings.path(settings.paths.knowledge) / "questions.jsonl"]
    if calibrate is not None:
        print(*evaluate_retrieval.as_settings(evaluate_retrieval.calibrated(settings, questions, calibrate)), sep="\n")
        return
    measured = evaluate_retrieval.measure(settings, questions)
    folder = out or results_folder(settings) / "retrieval"
    evaluate_retrieval.write_results(folder, measured)
    as_dict, as_table = evaluate_retrieval.as_json(measured), evaluate_retrieval.as_table(measured)
    print(json.dumps(as_dict, indent=1) if as_json else "\n".join(as_table))
    print(f"retrieval.png, errors.json and report.json: {folder}", file=sys.stderr)
    end_with(evaluate_retrieval.below_the_bar(measured, min_ndcg, min_accuracy))


def _self_test(
    settings: "Settings", products: int, seed: int, min_accuracy: float | None, out: Path | None, as_json: bool
) -> NoReturn:
    from server.artifacts import results_folder
    from server.cli import self_test_report
    from server.cli.progress import Bars

    with Bars() as progress:
        test = self_test_report.measure(settings, products, seed, progress)
    folder = out or results_folder(settings) / "self-test"
    self_test_report.write_results(folder, test)
    print(
        json.dumps(self_test_report.as_json(test), indent=1) if as_json else "\n".join(self_test_report.as_table(test))
    )
    print(f"questions.jsonl and report.json: {folder}", file=sys.stderr)
    end_with(self_test_report.below_the_bar(test, min_accuracy))
