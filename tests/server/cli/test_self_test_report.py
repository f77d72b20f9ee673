"""`heedful evaluate retrieval --self-test`: the table, the JSON, the questions, and the bar."""

import json
from pathlib import Path

import pytest

from retrieval.document import PRODUCT, Document, Fact
from retrieval.evaluation.question_files import read_expectations
from retrieval.evaluation.self_test import Verdict
from retrieval.evaluation.self_test_questions import LACKING, MISSPELT, NAMED, SPOKEN_OF, Asked
from retrieval.question import Answer, Question
from server.cli.self_test_report import SelfTest, as_json, as_table, below_the_bar, write_results

WEIGHT, SEAMS = Fact("weight", "Item Weight", "5 grams"), Fact("seams", "seams", "taped")
MUG = Document("product:mug", PRODUCT, "Mug", "", facts=(WEIGHT, SEAMS))
RIGHT = Answer("It weighs 5 grams.", ("product:mug#weight",), "product:mug", "Mug", 0.9)


@pytest.fixture
def a_test() -> SelfTest:
    heavy = Asked(Question("weight of the mug"), NAMED, "weight", "Item Weight", MUG, (WEIGHT,))
    slip = Asked(Question("weight of the mugg"), MISSPELT, "weight", "Item Weight", MUG, (WEIGHT,))
    seams = Asked(Question("its seams", "product:mug"), SPOKEN_OF, "", "seams", MUG, (SEAMS,))
    colour = Asked(Question("colour of the mug"), NAMED, "colour", "", MUG, kind=LACKING)
    return SelfTest(
        1,
        7,
        (
            Verdict(heavy, RIGHT, True),
            Verdict(slip, None, False),
            Verdict(seams, RIGHT, False),
            Verdict(colour, None, True),
        ),
    )


def test_the_table_has_properties_columns_manners_and_refusals(a_test: SelfTest) -> None:
    lines = list(as_table(a_test))
    rows = {line[:44].strip(): line[44:].split() for line in lines if line.endswith("%")}
    assert rows["weight"] == rows["Item Weight"] == ["1", "2", "50.0%"]
    assert rows["seams"] == rows["(no known property)"] == ["0", "1", "0.0%"]
    assert rows[MISSPELT] == ["0", "1", "0.0%"]
    assert rows[LACKING] == ["1", "1", "100.0%"]
    assert rows["all"] == ["2", "4", "50.0%"]
    assert "colour" not in rows
    assert "seed 7" in lines[0]
    assert lines[-1] == "    answered: It weighs 5 grams."
    assert "    expected: taped" in lines


def test_a_property_with_many_failures_does_not_hide_the_others(a_test: SelfTest) -> None:
    wrong = a_test.verdicts[1]
    lines = list(as_table(SelfTest(1, 0, (*[wrong] * 9, *a_test.verdicts))))
    assert sum("mugg" in line for line in lines) == 3
    assert any("its seams" in line for line in lines)


def test_everything_is_written_and_the_questions_can_be_asked_again(a_test: SelfTest, tmp_path: Path) -> None:
    write_results(tmp_path / "new", a_test)
    report = json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))
    assert report == as_json(a_test)
    assert report["properties"]["weight"] == {"right": 1, "questions": 2}
    assert [wrong["question"] for wrong in report["wrong"]] == ["weight of the mugg", "its seams"]
    heavy, _, seams, colour = read_expectations(tmp_path / "new" / "questions.jsonl")
    assert heavy.expected_ids == ("product:mug#weight",)
    assert seams.question.product_id == "product:mug"
    assert colour.expected_ids == ()


def test_below_the_bar_is_told(a_test: SelfTest) -> None:
    assert below_the_bar(a_test, None) == below_the_bar(a_test, 0.5) == []
    assert below_the_bar(a_test, 0.6) == ["accuracy 0.500 is below the bar of 0.600"]
