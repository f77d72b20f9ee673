"""Measures rankings and answers against files of questions, and reports them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from retrieval.errors import RetrievalError
from retrieval.evaluation.answer_checks import AnswerReport, Expectation, Outcome, evaluate_answers
from retrieval.evaluation.calibration import JUDGES, Calibration, calibrate
from retrieval.evaluation.question_files import read_expectations
from retrieval.evaluation.ranking import DEPTHS, HYBRID, NDCG_DEPTH, Ranking, methods, rank, summarise
from server.bootstrap import open_knowledge
from server.settings import Settings

SCHEMA = 1  # of the JSON; goes up when a key is renamed or dropped
FOUND_SHOWN = 5  # ids that errors.json lists of a ranking


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came of it: rankings by the way of searching, none where no question can be ranked, and the answers."""

    rankings: Mapping[str, tuple[Ranking, ...]]
    answers: AnswerReport


def measure(settings: Settings, questions: Iterable[Path]) -> Measurement:
    """Search for and answer every question of some files, with a bar on a terminal's stderr.

    Raises CorpusError for a file that cannot be read, RetrievalError for an expected id that the index does not have.
    """
    expectations = _read(questions)
    topics = [topic for expectation in expectations if (topic := expectation.topic)]
    rankings: dict[str, tuple[Ranking, ...]] = {}
    with open_knowledge(settings) as (retriever, answerer):
        for name, searched in methods(retriever).items() if topics else ():
            bar = tqdm(rank(searched, topics), total=len(topics), desc=name, leave=False, disable=None)
            rankings[name] = tuple(bar)
        return Measurement(rankings, evaluate_answers(answerer, tqdm(expectations, leave=False, disable=None)))


def _read(files: Iterable[Path]) -> list[Expectation]:
    return [expectation for file in files for expectation in read_expectations(file)]


Calibrations = Mapping[str, Calibration | RetrievalError]
"""By kind of answer (see JUDGES), or why the questions do not tell."""


def calibrated(settings: Settings, questions: Iterable[Path], precision: float) -> Calibrations:
    """How sure each kind of answer must be for `precision` (0 to 1) of the answers to be right.

    Raises as `measure` does, and RetrievalError when the questions tell of no kind.
    """
    found: dict[str, Calibration | RetrievalError] = {}
    with open_knowledge(settings) as (_, answerer):
        expectations = _read(questions)
        for what, judge in JUDGES.items():
            judged = judge(answerer, expectations)
            try:
                found[what] = calibrate(what, judged, precision)
            except RetrievalError as error:
                found[what] = error
    if all(isinstance(outcome, RetrievalError) for outcome in found.values()):
        raise RetrievalError("; ".join(map(str, found.values())))
    return found


def as_settings(found: Calibrations) -> Iterator[str]:
    """The reliability tables as lines of text, then what to write into heedful.toml."""
    for what, outcome in found.items():
        if isinstance(outcome, Calibration):
            yield from _reliability(what, outcome)
            yield ""
    yield "[answer]"
    for what, outcome in found.items():
        name = f"min_{what}_score"
        if isinstance(outcome, RetrievalError):
            yield f"# no {name}: {outcome}"
            continue
        # That of an entry is a probability, those of others are the scores themselves.
        least = outcome.threshold if what == "entry" else outcome.least
        yield f"# no {name} is precise enough" if least is None else f"{name} = {least:.2f}"
        if what == "entry":
            yield f"entry_even = {outcome.even:.3f}"
            yield f"entry_slope = {outcome.slope:.1f}"


def _reliability(what: str, found: Calibration) -> Iterator[str]:
    yield f"{what:29}answering from there:"
    yield f"{'sure from':>10}{'questions':>11}{'right':>8}{'right':>8}{'answered':>10}{'refused':>9}"
    for step in found.steps:
        share = step.right / step.questions if step.questions else None
        shares = f"{_percent(step.precision):>8}{_percent(step.answered):>10}{_percent(step.refused):>9}"
        yield f"{step.low:>10.1f}{step.questions:>11}{_percent(share):>8}{shares}"


def as_table(measured: Measurement) -> Iterator[str]:
    """The measurement as lines of text."""
    if measured.rankings:
        recalls = [f"R@{depth}" for depth in DEPTHS]
        columns = (f"nDCG@{NDCG_DEPTH}", *recalls, "MRR", "MAP", "p50 ms", "p95 ms")
        topics = len(next(iter(measured.rankings.values())))
        yield f"{f'{topics} questions ranked':24}" + "".join(f"{column:>9}" for column in columns)
    for name, rankings in measured.rankings.items():
        report = summarise(rankings)
        shares = (report.ndcg, *report.recall.values(), report.mrr, report.map)
        times = f"{report.p50_ms:9.1f}{report.p95_ms:9.1f}"
        yield f"{name:24}" + "".join(f"{share:9.3f}" for share in shares) + times
    yield ""
    yield f"{f'{measured.answers.questions} questions answered':32}"
    yield from (f"{name:32}{_percent(share):>9}" for name, share in _shares(measured.answers).items())
    for percent in (50, 95):
        yield f"{f'p{percent} of an answer':32}{measured.answers.percentile_ms(percent):>6.1f} ms"


def _shares(answers: AnswerReport) -> dict[str, float | None]:
    return {
        "right id and fact": answers.answer_accuracy,
        "refused of unanswerable": answers.refusal_recall,
        "unanswerable of refused": answers.refusal_precision,
        "right of all": answers.accuracy,
    }


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def as_json(measured: Measurement) -> dict[str, Any]:
    """The figures for JSON; a share is null where no question speaks of it."""
    answers = measured.answers
    return {
        "schema": SCHEMA,
        "ranking": {name: asdict(summarise(rankings)) for name, rankings in measured.rankings.items()},
        "answers": {
            "questions": answers.questions,
            "accuracy": answers.accuracy,
            "answer_accuracy": answers.answer_accuracy,
            "no_answer_precision": answers.refusal_precision,
            "no_answer_recall": answers.refusal_recall,
            "p50_ms": answers.percentile_ms(50),
            "p95_ms": answers.percentile_ms(95),
        },
    }


def errors(measured: Measurement) -> Iterator[dict[str, Any]]:
    """Every wrong answer, then the rankings of the hybrid search that are not ideal, worst first."""
    yield from (_answer_error(outcome) for outcome in measured.answers.failures)
    imperfect = (ranking for ranking in measured.rankings.get(HYBRID, ()) if ranking.ndcg < 1)
    for ranking in sorted(imperfect, key=lambda ranking: ranking.ndcg):
        yield {
            "kind": "ranking",
            "question": ranking.topic.question,
            "relevant": dict(ranking.topic.grades),
            "found": ranking.ids[:FOUND_SHOWN],
            "ndcg": ranking.ndcg,
        }


def _answer_error(outcome: Outcome) -> dict[str, Any]:
    expected, got = outcome.expectation, outcome.answer
    return {
        "kind": "answer",
        "question": expected.question.text,
        "product_id": expected.question.product_id,
        "expected_ids": expected.expected_ids,
        "expected_text": expected.expected_text,
        "answer": got.text if got else None,
        "source_ids": got.source_ids if got else (),
        "confidence": got.confidence if got else None,
    }


def write_results(folder: Path, measured: Measurement) -> None:
    """Write report.json, errors.json and retrieval.png."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("report", as_json(measured)), ("errors", list(errors(measured)))):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    draw(measured, folder / "retrieval.png")


def draw(measured: Measurement, path: Path) -> None:
    """Left how much is found at which depth by each way of searching, right the shares of right answers."""
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(11, 4.2), layout="constrained")
    left, right = figure.add_subplot(1, 2, 1), figure.add_subplot(1, 2, 2)
    for name, rankings in measured.rankings.items():
        report = summarise(rankings)
        label = f"{name}: nDCG@{NDCG_DEPTH} {report.ndcg:.3f}"
        left.plot(range(len(DEPTHS)), [100 * report.recall[depth] for depth in DEPTHS], marker="o", label=label)
    left.set_xticks(range(len(DEPTHS)), [str(depth) for depth in DEPTHS])
    left.set(xlabel="first passages", ylabel="relevant found (%)", title="Ranking", ylim=(0, 101))
    if measured.rankings:
        left.legend(loc="lower right")
    shares = {name: 100 * share for name, share in _shares(measured.answers).items() if share is not None}
    bars = right.barh(list(shares), list(shares.values()), color="#2a6fbb")
    right.bar_label(bars, fmt="%.1f %%", padding=3)
    right.set(xlim=(0, 115), title=f"Answers to {measured.answers.questions} questions")
    right.invert_yaxis()
    figure.savefig(path, dpi=110)


def below_the_bar(measured: Measurement, min_ndcg: float | None, min_accuracy: float | None) -> list[str]:
    """Return what is below its bar, one line for each figure; a figure that no question is about is below any bar."""
    rankings = measured.rankings.get(HYBRID)
    figures = (
        (f"nDCG@{NDCG_DEPTH}", summarise(rankings).ndcg if rankings else 0.0, min_ndcg),
        ("accuracy", measured.answers.accuracy or 0.0, min_accuracy),
    )
    return [
        f"{name} {figure:.3f} is below the bar of {bar:.3f}"
        for name, figure, bar in figures
        if bar is not None and figure < bar
    ]
