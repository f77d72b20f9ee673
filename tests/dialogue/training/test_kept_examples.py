from pathlib import Path

from dialogue.training.kept_examples import COUNT, a_few_of_each, examples_path, keep_examples, kept_examples

MODEL = "shop-12345678.tar.gz"


def test_every_intent_has_its_turn_before_any_has_a_second() -> None:
    examples = [(str(number), "abbbc"[number]) for number in range(5)]
    assert "".join(text for text, _ in a_few_of_each(examples, 5)) == "01423"
    assert [intent for _, intent in a_few_of_each(examples, 2)] == ["a", "b"]
    assert a_few_of_each([], 5) == []


def test_what_is_kept_beside_a_model_is_found_there_with_its_line(tmp_path: Path) -> None:
    path = examples_path(tmp_path / MODEL)
    keep_examples(path, [("grüß dich\u2028\nda", "greet"), ("bye", "leave")])
    assert [(each.text, each.intent, each.place.line) for each in kept_examples(tmp_path / MODEL)] == [
        ("grüß dich\u2028\nda", "greet", 1),
        ("bye", "leave", 2),
    ]
    assert {each.place.file for each in kept_examples(tmp_path / MODEL)} == {path}


def test_no_more_than_a_few_are_kept(tmp_path: Path) -> None:
    keep_examples(examples_path(tmp_path / MODEL), ((str(number), "count") for number in range(1000)))
    assert len(kept_examples(tmp_path / MODEL)) == COUNT


def test_a_model_that_came_without_examples_has_none(tmp_path: Path) -> None:
    assert kept_examples(tmp_path / MODEL) == []
