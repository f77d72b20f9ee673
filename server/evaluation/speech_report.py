"""Reports how spoken commands were understood: one figure for each level of noise, and what went wrong."""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from asr.evaluation.acoustics import Condition
from nlu.data.examples import NluData
from server.evaluation.mishearings import Mishearing, advice, mishearings
from server.evaluation.spoken_commands import CommandFailure, CommandResult, Stage

SCHEMA = 1  # of the JSON; goes up when a key is renamed or dropped
MOST_MISHEARINGS = 10


@dataclass(frozen=True, slots=True)
class ConditionSummary:
    """The commands under one condition: how many, how many all right, and where the others failed."""

    condition: Condition
    commands: int
    right: int
    failed: dict[Stage, int]
    median_ms: float

    @property
    def share(self) -> float:
        """The share of commands that are all right."""
        return self.right / self.commands


@dataclass(frozen=True, slots=True)
class SpeechReport:
    """What was measured, with the values that were misheard and what could be added."""

    model: str
    results: tuple[CommandResult, ...]
    failures: tuple[CommandFailure, ...]
    misheard: tuple[Mishearing, ...]
    advice: tuple[str, ...]

    @property
    def summaries(self) -> list[ConditionSummary]:
        """One for each condition, in the order in which they were heard."""
        conditions = dict.fromkeys(result.condition for result in self.results)
        return [summarize([r for r in self.results if r.condition == condition]) for condition in conditions]

    @property
    def share(self) -> float:
        """The one number: the share of all commands that are all right."""
        return sum(result.failed is None for result in self.results) / max(1, len(self.results))


def report(model: str, outcomes: Iterable[CommandResult | CommandFailure], data: NluData) -> SpeechReport:
    """Put together what was measured with a recognition model; `data` is what the project is trained on."""
    all_of_them = list(outcomes)
    results = tuple(outcome for outcome in all_of_them if isinstance(outcome, CommandResult))
    failures = tuple(outcome for outcome in all_of_them if isinstance(outcome, CommandFailure))
    misheard = mishearings(results)
    return SpeechReport(model, results, failures, tuple(misheard), tuple(advice(misheard, data)))


def summarize(results: Sequence[CommandResult]) -> ConditionSummary:
    """Sum up the results of one condition, which must not be empty."""
    failed = Counter(result.failed for result in results)
    return ConditionSummary(
        results[0].condition,
        len(results),
        failed[None],
        {stage: failed[stage] for stage in Stage},
        1000 * statistics.median(result.seconds for result in results),
    )


def as_table(measured: SpeechReport) -> Iterator[str]:
    """The report as lines of text."""
    if not measured.results:
        return
    width = max(12, *(len(str(summary.condition)) for summary in measured.summaries))
    yield f"{'':{width}}{'commands':>10}{'all right':>11}" + "".join(f"{stage:>9}" for stage in Stage) + f"{'ms':>7}"
    for summary in measured.summaries:
        counts = "".join(f"{summary.failed[stage]:>9}" for stage in Stage)
        yield (
            f"{summary.condition!s:{width}}{summary.commands:>10}{summary.share:>11.1%}{counts}{summary.median_ms:>7.0f}"
        )
    if len(measured.summaries) > 1:
        yield f"{'mean':{width}}{len(measured.results):>10}{measured.share:>11.1%}"
    if measured.misheard:
        yield ""
        yield "most often misheard"
        for item in measured.misheard[:MOST_MISHEARINGS]:
            yield f"{item.times:>4}  {item.slot} {item.value}: {item.heard or '(nothing like it)'}"
    if measured.advice:
        yield ""
        yield from measured.advice[:MOST_MISHEARINGS]


def as_json(measured: SpeechReport) -> dict[str, Any]:
    """Everything measured. Keys may be added; renaming or dropping one raises `schema`."""
    return {
        "schema": SCHEMA,
        "model": measured.model,
        "all_right": round(measured.share, 4),
        "conditions": [
            {
                **asdict(summary.condition),
                "commands": summary.commands,
                "all_right": round(summary.share, 4),
                "failed": {str(stage): count for stage, count in summary.failed.items()},
                "median_ms": round(summary.median_ms, 1),
            }
            for summary in measured.summaries
        ],
        "misheard": [asdict(item) for item in measured.misheard],
        "advice": list(measured.advice),
        "commands": [_command_json(result) for result in measured.results],
        "failures": [{"audio": str(failure.command.audio), "error": failure.error} for failure in measured.failures],
    }


def _command_json(result: CommandResult) -> dict[str, Any]:
    return {
        "audio": str(result.command.audio),
        **asdict(result.condition),
        "expected": {"intent": result.command.intent, "slots": sorted(result.command.values)},
        "heard": result.heard,
        "understood": {"intent": result.intent, "slots": sorted(result.values)},
        "failed": None if result.failed is None else str(result.failed),
        "seconds": round(result.seconds, 4),
    }
