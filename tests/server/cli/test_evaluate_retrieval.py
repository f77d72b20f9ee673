"""`heedful evaluate retrieval`: the table, the JSON, the errors, the picture and the bars."""

import json
from pathlib import Path

import pytest
from PIL import Image

from retrieval.errors import RetrievalError
from retrieval.evaluation.answer_checks import AnswerReport, Expectation, Outcome
from retrieval.evaluation.calibration import Calibration, Step
from retrieval.evaluation.ranking import HYBRID, MEANING, WORDS, Ranking, Topic
from retrieval.question import Answer, Question
from server.cli.evaluate_retrieval import (
    Measurement,
    as_json,
    as_settings,
    as_table,
    below_the_bar,
    errors,
    write_results,
)

RIGHT = Answer("It weighs 5 grams.", ("product:a#weight",), "product:a", "A", 0.9)


@pytest.fixture
def measured() -> Measurement:
    known = Expectation(Question("how heavy"), ("product:a#weight",), "5 grams")
    topic = Topic("how heavy", {"product:a#weight": 1})
    first, second = ("product:a#weight", "product:a"), ("product:a", "product:a#weight")
    outcomes = (Outcome(known, RIGHT, 1), Outcome(known, None, 2), Outcome(Expectation(Question("x"), (), ""), None, 3))
    rankings = {
        name: (Ranking(topic, first, 2.0), Ranking(topic, ids, 2.0))
        for name, ids in ((WORDS, ()), (MEANING, second), (HYBRID, second))
    }
    return Measurement(rankings, AnswerReport(outcomes))


def test_the_table_has_each_way_beside_the_others(measured: Measurement) -> None:
    rows = {line[:24].strip(): line[24:].split() for line in as_table(measured)}
    assert rows["2 questions ranked"][:3] == ["nDCG@10", "R@1", "R@5"]
    assert rows[WORDS][:3] == ["0.500", "0.500", "0.500"]
    assert rows[HYBRID] == ["0.815", "0.500", "1.000", "1.000", "1.000", "0.750", "0.750", "2.0", "2.0"]
    assert rows["right id and fact"] == ["50.0%"]
    assert rows["refused of unanswerable"] == ["100.0%"]
    assert rows["unanswerable of refused"] == ["50.0%"]


def test_errors_are_the_wrong_answers_and_the_rankings_that_could_be_better(measured: Measurement) -> None:
    answer, ranking = errors(measured)
    assert (answer["kind"], answer["question"], answer["answer"]) == ("answer", "how heavy", None)
    assert (ranking["kind"], ranking["found"][0]) == ("ranking", "product:a")


def test_everything_is_written(measured: Measurement, tmp_path: Path) -> None:
    write_results(tmp_path / "new", measured)
    report = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert report == json.loads(json.dumps(as_json(measured)))
    assert report["ranking"][HYBRID]["recall"]["5"] == 1
    assert len(json.loads((tmp_path / "new" / "errors.json").read_text(encoding="utf-8"))) == 2
    with Image.open(tmp_path / "new" / "retrieval.png") as picture:
        assert picture.width > picture.height > 300


def test_questions_that_cannot_be_ranked_are_answered_all_the_same(measured: Measurement, tmp_path: Path) -> None:
    alone = Measurement({}, AnswerReport(measured.answers.outcomes[2:]))
    text = "\n".join(as_table(alone))
    assert "nDCG" not in text
    assert "right id and fact                       -" in text
    write_results(tmp_path, alone)


def test_what_is_below_a_bar_is_told(measured: Measurement) -> None:
    assert below_the_bar(measured, 0.8, 0.6) == []
    assert below_the_bar(measured, None, None) == []
    assert below_the_bar(measured, 0.9, 0.7) == [
        "nDCG@10 0.815 is below the bar of 0.900",
        "accuracy 0.667 is below the bar of 0.700",
    ]


def test_a_calibration_is_told_as_a_table_and_as_settings() -> None:
    steps = (Step(0.0, 4, 1, 0.5, 1.0, 0.0), Step(0.1, 0, 0, None, None, None))
    entries, facts = Calibration(0.3714, 14.04, 0.318, 0.32, steps), Calibration(0.5, 9.0, 0.7, 0.456, steps[:1])
    lines = list(as_settings({"entry": entries, "fact": facts, "search": RetrievalError("too few")}))
    assert lines[2].split() == ["0.0", "4", "25.0%", "50.0%", "100.0%", "0.0%"]
    assert lines[3].split() == ["0.1", "0", "-", "-", "-", "-"]
    assert [line.split()[0] for line in lines if "answering from there" in line] == ["entry", "fact"]
    assert lines[-6:] == [
        "[answer]",
        "min_entry_score = 0.32",
        "entry_even = 0.371",
        "entry_slope = 14.0",
        "min_fact_score = 0.46",
        "# no min_search_score: too few",
    ]
    never = Calibration(0.3, 14.0, None, None, steps)
    assert "# no min_entry_score is precise enough" in as_settings({"entry": never})
    assert "# no min_search_score is precise enough" in as_settings({"search": never})
