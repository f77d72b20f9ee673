"""Intents that are taken for each other."""

from pathlib import Path

from nlu.data.examples import Example, Place
from nlu.evaluation.understanding import FALLBACK, Outcome
from nlu.interpretation import Intent, Interpretation
from nlu.validation.confusions import confused_intents


def outcome(line: int, expected: str, *got: str) -> Outcome:
    ranking = tuple(Intent(name, 0.5) for name in got)
    return Outcome(
        Example(f"text {line}", expected, Place(Path("x.yml"), line)), Interpretation("", ranking[0], ranking)
    )


def test_confusions_count_both_ways_and_the_most_frequent_pair_comes_first() -> None:
    outcomes = [
        outcome(1, "a", "b"),
        outcome(2, "b", "a"),
        outcome(3, "a", "c"),
        outcome(4, "c", "c"),
        outcome(5, "c", FALLBACK, "b"),
        outcome(6, "c", "b"),
        outcome(7, "b", "c"),
    ]
    first, second = confused_intents(outcomes, at_least=2)
    assert first.message.startswith("b and c are confused 3 times")
    assert second.message.startswith("a and b are confused 2 times")
    assert second.place == Place(Path("x.yml"), 1)
    assert [each.text for each in second.also] == [
        "a: text 1 (taken for b, 0.50)",
        "b: text 2 (taken for a, 0.50)",
    ]
    assert list(confused_intents(outcomes, at_least=4)) == []
