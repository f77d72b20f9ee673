"""The readers of the public sets, and what is computed and printed of a system's answers."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import nlu, nlu_sets
from benchmarks.nlu_sets import NluSet, clinc, hwu64, project, read_set, snips, snips_file
from benchmarks.nlu_systems import NluResult, measure, scope_figures
from benchmarks.parsing import write_project as write_parsed_project
from nlu.data.examples import Example, Place
from nlu.data.nlu_files import read_nlu
from nlu.evaluation.understanding import Outcome
from nlu.interpretation import Entity, Intent, Interpretation
from tests.dialogue.projects import write_project

HERE = Place(Path("here"), 1)
FOLD = "CrossValidation/out4RasaReal/rasa_json_2018_03_22-13_01_25_169_80Train/CrossValidation/KFold_1"


def example(text: str, intent: str, *entities: Entity) -> Example:
    return Example(text, intent, HERE, entities)


def spans(given: Example) -> list[tuple[str, str]]:
    """Each entity with the text that its span covers; its value says the same."""
    assert all(given.text[each.start : each.end] == each.value for each in given.entities)
    return [(each.name, each.value) for each in given.entities]


def write_snips(file: Path, intent: str, *pieces: Sequence[tuple[str, str]]) -> None:
    described = [
        {"data": [{"text": text, "entity": entity} if entity else {"text": text} for text, entity in each]}
        for each in pieces
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({intent: described}), "utf-8")


def test_pieces_of_snips_become_a_text_with_spans_without_white_space_around_them(tmp_path: Path) -> None:
    file = tmp_path / "play.json"
    write_snips(
        file,
        "Play",
        [(" ", ""), (" play", ""), (" loud\nnoise ", "track"), ("by", ""), (" ", "gap"), ("Ono ", "artist")],
        [("stop ", "")],
    )
    first, second = snips_file(file)
    assert (first.text, first.intent) == ("play loud noise by Ono", "Play")
    assert spans(first) == [("track", "loud noise"), ("artist", "Ono")]
    assert (second.text, second.entities) == ("stop", ())


def test_an_emoji_in_halves_is_read(tmp_path: Path) -> None:
    file = tmp_path / "play.json"
    file.write_bytes(b'{"Play": [{"data": [{"text": "x \xed\xa0\xbc\xed\xbd\x95"}]}]}')
    assert [each.text for each in snips_file(file)] == ["x \N{SLICE OF PIZZA}"]


def test_snips_learns_from_the_full_files_and_is_asked_the_validation_files(tmp_path: Path) -> None:
    for name in ("train_Play", "train_Play_full", "validate_Play"):
        write_snips(tmp_path / "Play" / f"{name}.json", "Play", [(name, "")])
    given = snips(tmp_path)
    assert [[each.text for each in part] for part in (given.train, given.test)] == [
        ["train_Play_full"],
        ["validate_Play"],
    ]


def test_clinc_is_learnt_within_scope_and_asked_about_the_rest_too(tmp_path: Path) -> None:
    names = ("train", "val", "oos_val", "test", "oos_test", "oos_train")
    content = {name: [[name, "oos" if "oos" in name else intent] for intent in ("a", "b")] for name in names}
    file = tmp_path / "data.json"
    file.write_text(json.dumps(content), "utf-8")
    given = clinc(file, intents=1)
    assert [(each.text, each.intent) for each in given.train] == [("train", "a")]
    assert [each.intent for each in given.validation] == ["a", "oos", "oos"]
    assert {each.text for each in given.test} == {"test", "oos_test"}


def test_the_fold_of_hwu64_is_found(tmp_path: Path) -> None:
    for name, text in (("merged", "wake me at nine"), ("mergedTestset", "wake me at ten")):
        (tmp_path / FOLD / name).mkdir(parents=True)
        described = {"start": 11, "end": len(text), "value": text[11:], "entity": "time"}
        examples = [{"text": text, "intent": "alarm_set", "entities": [described]}]
        content = {"rasa_nlu_data": {"common_examples": examples}}
        (tmp_path / FOLD / name / f"{name}.json").write_text(json.dumps(content), "utf-8")
    given = hwu64(tmp_path)
    assert [spans(each) for each in (*given.train, *given.test)] == [[("time", "nine")], [("time", "ten")]]


def test_a_project_is_divided_and_keeps_its_listings(tmp_path: Path) -> None:
    given = project(write_project(tmp_path / "tiny"))
    assert (given.folds, given.project, given.sizes) == (5, tmp_path / "tiny", "2 training, 5-fold")


def test_absent_data_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(nlu_sets.SETS, "HWU64", (hwu64, tmp_path / "none"))
    with pytest.raises(SystemExit, match="absent: .*none"):
        read_set("HWU64")


class Parrot:
    """Takes the first word for the intent, and the second for a place."""

    def interpret(self, text: str) -> Interpretation:
        word, _, rest = text.partition(" ")
        found = (Entity("place", rest, len(word) + 1, len(text), "parrot"),) if rest else ()
        return Interpretation(text, Intent(word, 0.9), entities=found)


def test_a_test_set_is_measured_within_scope() -> None:
    rome = Entity("place", "rome", 3, 7, "")
    given = NluSet(
        train=[example("go", "go")],
        test=[example("go rome", "go", rome), example("no", "go"), example("no", "oos")],
        validation=[example("go", "go"), example("no", "oos")],
    )
    found = measure("parrot", "words", lambda examples: Parrot(), given)
    assert (found.system, found.set, found.accuracy, found.entity_f1) == ("parrot", "words", 0.5, 1.0)
    assert (found.oos_auroc, found.oos_recall, found.in_scope_loss) == (0.5, 0.0, 0.0)


def test_a_set_in_folds_asks_about_each_example_by_a_model_that_did_not_see_it() -> None:
    examples = [example(f"go {number}", "go") for number in range(4)]
    seen: list[set[str]] = []

    def train(learnt: Sequence[Example]) -> Parrot:
        seen.append({each.text for each in learnt})
        return Parrot()

    found = measure("parrot", "words", train, NluSet(examples, folds=2))
    assert (found.accuracy, found.entity_f1, found.oos_auroc) == (1.0, None, None)
    assert [len(texts) for texts in seen] == [2, 2]
    assert not seen[0] & seen[1]


def test_the_threshold_comes_from_the_validation_split() -> None:
    def outcome(intent: str, confidence: float) -> Outcome:
        return Outcome(example("x", intent), Interpretation("x", Intent("go", confidence)))

    figures = scope_figures(
        [outcome("go", 0.6), outcome("oos", 0.1)],
        [outcome("go", 0.5), outcome("go", 0.7), outcome("oos", 0.55), outcome("oos", 0.65)],
    )
    assert figures == {"oos_auroc": 0.5, "oos_recall": 0.5, "in_scope_loss": 0.5}


MEASURED = NluResult("DIET", "HWU64", 0.875, 0.5, 100.0, 200.0, 9.5, 1.0)


def test_what_was_measured_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlu, "measured_apart", lambda system, name: MEASURED)
    assert nlu.result("DIET", "HWU64", tmp_path / "results") == MEASURED
    monkeypatch.setattr(nlu, "measured_apart", lambda system, name: pytest.fail("measured again"))
    assert nlu.result("DIET", "HWU64", tmp_path / "results") == MEASURED


def test_a_row_stands_under_its_header() -> None:
    row = nlu.row(MEASURED)
    assert row.split() == ["DIET", "87.50%", "50.0%", "-", "-", "-", "100.0", "s", "200.0", "s", "9.5", "ms", "1.0"]
    assert len(row) == len(nlu.HEADER)


def test_the_project_of_parses_holds_all_examples(tmp_path: Path) -> None:
    write_parsed_project(
        tmp_path, "- name: KeywordIntentClassifier\n", [example("hi", "greeting"), example("no", "deny")]
    )
    read = read_nlu(tmp_path / "data").examples
    assert [(each.text, each.intent) for each in read] == [("hi", "greeting"), ("no", "deny")]
    assert "- greeting\n- deny\n" in (tmp_path / "domain.yml").read_text("utf-8")
