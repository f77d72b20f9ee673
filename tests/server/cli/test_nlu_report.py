"""`heedful evaluate nlu`: the table, the JSON, the errors, the pictures and the bars."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nlu.data.examples import Example, Place
from nlu.evaluation.understanding import FALLBACK, Outcome, report
from nlu.interpretation import Entity, Intent, Interpretation
from server.cli.evaluate_nlu import Measurement
from server.cli.nlu_report import as_json, as_table, below_the_bar, errors, most_confused, write_results


def outcome(line: int, expected: str, ranking: tuple[tuple[str, float], ...], found: tuple[int, ...] = ()) -> Outcome:
    """An example at a line with one annotated entity at 0..5, and entities found at the given starts."""
    intents = tuple(Intent(name, confidence) for name, confidence in ranking)
    annotated = (Entity("city", "Paris", 0, 5, ""),) if expected == "book" else ()
    entities = tuple(Entity("city", "x", start, 5, "", confidence=0.5) for start in found)
    example = Example("Paris please", expected, Place(Path("nlu.yml"), line), annotated)
    return Outcome(example, Interpretation("Paris please", intents[0], intents, entities))


@pytest.fixture
def measured() -> Measurement:
    outcomes = (
        outcome(1, "book", (("book", 0.9), ("stop", 0.1)), (0,)),
        outcome(2, "book", (("stop", 0.8), ("book", 0.2)), (1,)),
        outcome(3, "stop", ((FALLBACK, 0.5), ("stop", 0.4), ("book", 0.3))),
        outcome(4, "oos", (("oos", 0.7), ("book", 0.2))),
        outcome(5, "oos", (("book", 0.6), ("oos", 0.3))),
    )
    return Measurement(report(outcomes, "oos"), outcomes, "oos")


def test_the_table_shows_each_figure_on_its_line(measured: Measurement) -> None:
    rows = {line[:32].strip(): line[32:].split() for line in as_table(measured)}
    assert rows["examples"] == ["5"]
    assert rows["intent accuracy"] == ["60.0%"]
    assert rows["in-scope accuracy"] == ["66.7%"]
    assert rows["out-of-scope recall at 1% loss"] == ["50.0%"]
    assert rows["its threshold, on these texts"] == ["0.4"]
    assert rows["own threshold refuses: in scope"] == ["33.3%"]
    assert rows["own threshold refuses: outside"] == ["50.0%"]
    assert rows["city"] == ["50.0%", "50.0%", "50.0%", "2"]
    assert rows["book"] == ["50.0%", "50.0%", "50.0%", "2"]


def test_the_pairs_most_often_confused_come_first(measured: Measurement) -> None:
    again = Measurement(measured.report, (*measured.outcomes, measured.outcomes[4]), "oos")
    assert most_confused(again) == [("oos", "book", 2), ("book", "stop", 1)]


def test_a_table_without_entities_and_scope_leaves_them_out() -> None:
    outcomes = (outcome(1, "stop", (("stop", 1.0),)),)
    text = "\n".join(as_table(Measurement(report(outcomes), outcomes, None)))
    assert "entity" not in text
    assert "out-of-scope" not in text
    assert "outside" not in text
    assert "worst" not in text


def test_what_the_model_refuses_in_scope_is_told_without_examples_of_what_is_out_of_it() -> None:
    outcomes = (outcome(1, "stop", (("stop", 1.0),)), outcome(2, "stop", ((FALLBACK, 0.5), ("stop", 0.4))))
    measured = Measurement(report(outcomes), outcomes, None)
    assert f"{'own threshold refuses: in scope':32}    50.0%" in list(as_table(measured))
    figures = json.loads(json.dumps(as_json(measured)))
    assert figures["refused"] == {"in_scope": 0.5, "out_of_scope": None}
    assert figures["out_of_scope"] is None


def test_the_loss_is_told_as_it_was_stated(measured: Measurement) -> None:
    finer = Measurement(report(measured.outcomes, "oos", loss=0.005), measured.outcomes, "oos")
    assert any(line.startswith("out-of-scope recall at 0.5% loss") for line in as_table(finer))


def test_errors_say_what_was_expected_what_came_and_where(measured: Measurement) -> None:
    first, second, third = errors(measured)
    assert first == {
        "kind": "intent",
        "expected": "book",
        "got": "stop",
        "confidence": 0.8,
        "text": "Paris please",
        "file": "nlu.yml",
        "line": 2,
    }
    assert (second["kind"], second["line"], second["confidence"]) == ("entity", 2, 0.5)
    assert [entity["start"] for entity in second["expected"]] == [0]
    assert [entity["start"] for entity in second["got"]] == [1]
    assert (third["expected"], third["got"], third["line"]) == ("oos", "book", 5)


def test_errors_tell_a_wrong_role_and_a_wrong_group_where_the_table_counts_them() -> None:
    def reported(annotated: Entity, found: Entity) -> list[dict[str, Any]]:
        example = Example("to Paris", "book", Place(Path("nlu.yml"), 1), (annotated,))
        book = Intent("book", 0.9)
        outcomes = (Outcome(example, Interpretation("to Paris", book, (book,), (found,))),)
        return list(errors(Measurement(report(outcomes), outcomes, None)))

    paris = Entity("city", "Paris", 3, 8, "", role="to", group="1")
    assert reported(paris, paris) == []
    for wrong in (replace(paris, role="from"), replace(paris, group="2")):
        (error,) = reported(paris, wrong)
        assert [(entity["role"], entity["group"]) for entity in error["expected"]] == [("to", "1")]
        assert [(entity["role"], entity["group"]) for entity in error["got"]] == [(wrong.role, wrong.group)]
    assert reported(replace(paris, role=None, group=None), paris) == []  # nobody annotated any


def test_everything_is_in_the_json(measured: Measurement) -> None:
    figures = json.loads(json.dumps(as_json(measured)))
    assert figures["accuracy"] == pytest.approx(0.6)
    assert figures["entities"] == {"f1": 0.5, "precision": 0.5, "recall": 0.5, "support": 2}
    assert figures["refused"] == {"in_scope": pytest.approx(1 / 3), "out_of_scope": 0.5}
    assert figures["out_of_scope"]["out_of_scope"] == 2
    assert (figures["out_of_scope"]["loss"], figures["out_of_scope"]["threshold"]) == (0.01, 0.4)
    assert figures["intents"]["stop"]["precision"] == pytest.approx(0.5)
    assert figures["confused"][0]["count"] == 1


def test_results_are_written_as_files(measured: Measurement, tmp_path: Path) -> None:
    write_results(tmp_path / "a" / "b", measured)
    folder = tmp_path / "a" / "b"
    assert json.loads((folder / "report.json").read_text("utf-8"))["examples"] == 5
    assert len(json.loads((folder / "errors.json").read_text("utf-8"))) == 3
    for name in ("confusion.png", "confidence.png"):
        with Image.open(folder / name) as image:
            assert image.format == "PNG"
            assert len(np.unique(np.asarray(image.convert("L")))) > 10  # something is drawn


def test_what_is_below_a_bar_is_reported(measured: Measurement) -> None:
    assert below_the_bar(measured.report, None, None) == []
    assert below_the_bar(measured.report, 0.6, 0.5) == []
    assert below_the_bar(measured.report, 0.61, None) == ["intent accuracy 60.0% is below the bar of 61.0%"]
    assert below_the_bar(measured.report, None, 0.9) == ["entity F1 50.0% is below the bar of 90.0%"]
