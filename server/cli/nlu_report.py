"""Reports what `heedful evaluate nlu` measured: as a table, as JSON, as a list of errors and as pictures."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu.evaluation.measures import Counts
from nlu.evaluation.understanding import (
    NluReport,
    annotated_types,
    believed,
    confusion,
    entity_errors,
    has_roles,
    is_right,
)
from nlu.interpretation import Entity
from server.cli.evaluate_nlu import Measurement

WORST_INTENTS = 8
MOST_CONFUSED = 8


def as_table(measured: Measurement) -> Iterator[str]:
    """The measurement as lines of text."""
    report, confused = measured.report, most_confused(measured)
    yield f"{'examples':32}{report.examples:>9}"
    yield f"{'intent accuracy':32}{report.accuracy:>9.1%}"
    yield f"{'macro F1':32}{report.macro_f1:>9.1%}"
    yield f"{'calibration error (15 bins)':32}{report.calibration_error:>9.1%}"
    yield from _scope_lines(report)
    yield from _counts_lines("entity", report.entities, report)
    if report.strict_entities:
        yield f"{'with role and group':32}{_figures(report.strict_entities)}"
    yield from _worst_lines(report)
    if confused:
        yield ""
        yield "most often confused (expected, got)"
        yield from (f"{count:>4}  {expected}, {got}" for expected, got, count in confused[:MOST_CONFUSED])


def _scope_lines(report: NluReport) -> Iterator[str]:
    scope, refused = report.scope, report.refused
    if scope is not None:
        yield f"{'in-scope accuracy':32}{scope.in_scope_accuracy:>9.1%}"
        yield f"{'out-of-scope AUROC':32}{scope.auroc:>9.3f}"
        yield f"{f'out-of-scope recall at {100 * scope.loss:g}% loss':32}{scope.recall:>9.1%}"
        yield f"{'its threshold, on these texts':32}{scope.threshold:>9.3g}"
    if refused.in_scope is not None:
        yield f"{'own threshold refuses: in scope':32}{refused.in_scope:>9.1%}"
    if refused.out_of_scope is not None:
        yield f"{'own threshold refuses: outside':32}{refused.out_of_scope:>9.1%}"


def _counts_lines(what: str, rows: Sequence[tuple[str, Counts]], report: NluReport) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield _header(what)
    yield f"{'all':32}{_figures(report.all_entities)}"
    yield from (f"{name[:31]:32}{_figures(counts)}" for name, counts in rows)


def _worst_lines(report: NluReport) -> Iterator[str]:
    worst = sorted((row for row in report.intents if row[1].f1 < 1), key=lambda row: row[1].f1)
    if worst:
        yield ""
        yield _header("intents that go worst")
        yield from (f"{name[:31]:32}{_figures(counts)}" for name, counts in worst[:WORST_INTENTS])


def _header(what: str) -> str:
    return f"{what:32}{'F1':>9}{'precision':>11}{'recall':>9}{'support':>9}"


def _figures(counts: Counts) -> str:
    return f"{counts.f1:>9.1%}{counts.precision:>11.1%}{counts.recall:>9.1%}{counts.support:>9}"


def most_confused(measured: Measurement) -> list[tuple[str, str, int]]:
    """The pairs of intents, annotated and predicted, that differ, most frequent first."""
    names, matrix = confusion(measured.labelled, measured.out_of_scope)
    pairs = [
        (expected, got, int(matrix[row, column]))
        for row, expected in enumerate(names)
        for column, got in enumerate(names)
        if row != column and matrix[row, column]
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


def as_json(measured: Measurement) -> dict[str, Any]:
    """The measurement for JSON."""
    report, confused = measured.report, most_confused(measured)
    return {
        "examples": report.examples,
        "accuracy": report.accuracy,
        "macro_f1": report.macro_f1,
        "calibration_error": report.calibration_error,
        "entities": _counts_json(report.all_entities) if report.entities else None,
        "entities_with_role_and_group": _counts_json(report.strict_entities) if report.strict_entities else None,
        "refused": asdict(report.refused),
        "out_of_scope": asdict(report.scope) if report.scope else None,
        "intents": {name: _counts_json(counts) for name, counts in report.intents},
        "entity_types": {name: _counts_json(counts) for name, counts in report.entities},
        "confused": [{"expected": expected, "got": got, "count": count} for expected, got, count in confused],
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    return {"f1": counts.f1, "precision": counts.precision, "recall": counts.recall, "support": counts.support}


def errors(measured: Measurement) -> Iterator[dict[str, Any]]:
    """Every wrong intent and every example with wrong entities, roles or groups, with file and line."""
    types, strict = annotated_types(measured.outcomes), has_roles(measured.outcomes)
    for outcome in measured.outcomes:
        example, got = outcome.example, believed(outcome)
        where = {"text": example.text, "file": str(example.place.file), "line": example.place.line}
        if example.intent and not is_right(outcome, measured.out_of_scope):
            yield {"kind": "intent", "expected": example.intent, "got": got.name, "confidence": got.confidence, **where}
        missed, extra = entity_errors(outcome, types, strict)
        if missed or extra:
            confidence = min((entity.confidence for entity in extra), default=None)
            described = {"expected": _entities(missed), "got": _entities(extra), "confidence": confidence}
            yield {"kind": "entity", **described, **where}


def _entities(entities: Sequence[Entity]) -> list[dict[str, Any]]:
    return [
        {
            "entity": entity.name,
            "value": entity.value,
            "start": entity.start,
            "end": entity.end,
            "role": entity.role,
            "group": entity.group,
        }
        for entity in entities
    ]


def write_results(folder: Path, measured: Measurement) -> None:
    """Write report.json, errors.json, confusion.png and confidence.png, the pictures where there are intents."""
    from server.cli.nlu_pictures import draw_confidences, draw_confusion

    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "report.json", as_json(measured))
    _write_json(folder / "errors.json", list(errors(measured)))
    if measured.labelled:
        draw_confusion(*confusion(measured.labelled, measured.out_of_scope), folder / "confusion.png")
        draw_confidences(measured.labelled, measured.out_of_scope, folder / "confidence.png")


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def below_the_bar(report: NluReport, min_accuracy: float | None, min_entity_f1: float | None) -> list[str]:
    """Return what is below its bar, one line for each figure."""
    figures = (
        ("intent accuracy", report.accuracy, min_accuracy),
        ("entity F1", report.all_entities.f1, min_entity_f1),
    )
    return [
        f"{name} {figure:.1%} is below the bar of {bar:.1%}"
        for name, figure, bar in figures
        if bar is not None and figure < bar
    ]
