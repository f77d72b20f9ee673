"""Measuring understanding: folds, what counts as right, and the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score

from nlu.data.examples import Example, Place
from nlu.evaluation.measures import Counts
from nlu.evaluation.understanding import (
    FALLBACK,
    EvaluationError,
    Outcome,
    Refused,
    believed,
    confusion,
    cross_validate,
    entity_errors,
    is_refused,
    is_right,
    out_of_scope_intent,
    report,
    stratified_folds,
    without_repetitions,
)
from nlu.interpretation import REFUSAL, Entity, Intent, Interpretation

NOWHERE = Place(Path("nlu.yml"), 1)


def example(text: str, intent: str, *entities: Entity) -> Example:
    return Example(text, intent, NOWHERE, entities)


def outcome(expected: str, *ranking: tuple[str, float]) -> Outcome:
    intents = tuple(Intent(*each) for each in ranking)
    return Outcome(example("x", expected), Interpretation("x", intents[0], intents))


def entity(name: str, start: int, end: int, role: str | None = None, group: str | None = None) -> Entity:
    return Entity(name, "x", start, end, "", role=role, group=group)


def about(annotated: Sequence[Entity], found: Sequence[Entity]) -> Outcome:
    return Outcome(example("x", "a", *annotated), Interpretation("x", Intent("a", 1.0), (), tuple(found)))


@dataclass(frozen=True)
class Rote:
    """Knows the texts it was trained on, and guesses the first intent otherwise."""

    known: dict[str, str]

    def interpret(self, text: str) -> Interpretation:
        name = self.known.get(text, min(self.known.values()))
        return Interpretation(text, Intent(name, 1.0 if text in self.known else 0.1))


def by_rote(examples: Sequence[Example]) -> Rote:
    return Rote({each.text: each.intent for each in examples})


EXAMPLES = [example(f"{intent} {number}", intent) for intent in "abc" for number in range(7)]


def test_every_example_is_asked_once_by_a_model_that_has_not_seen_it() -> None:
    outcomes = list(cross_validate(by_rote, EXAMPLES, 5, seed=0))
    assert sorted(each.example.text for each in outcomes) == sorted(each.text for each in EXAMPLES)
    assert {each.interpretation.intent.confidence for each in outcomes} == {0.1}


def test_an_example_that_stands_there_twice_is_asked_once() -> None:
    doubled = [*EXAMPLES, *EXAMPLES]
    assert without_repetitions(doubled) == EXAMPLES
    assert {each.interpretation.intent.confidence for each in cross_validate(by_rote, doubled, 5, seed=0)} == {0.1}


def test_what_takes_long_is_announced() -> None:
    said: list[str] = []
    list(cross_validate(by_rote, EXAMPLES, 3, seed=0, notice=said.append))
    assert said[:2] == ["fold 1 of 3: training", "fold 1 of 3"]
    assert len(said) == 6


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=60), st.integers(2, 4), st.integers())
def test_folds_are_even_in_size_and_for_each_label(labels: list[str], folds: int, seed: int) -> None:
    numbers = stratified_folds(labels, folds, seed)
    for chosen in (labels, *({label} for label in labels)):
        sizes = [
            sum(n == fold and label in chosen for n, label in zip(numbers, labels, strict=True))
            for fold in range(folds)
        ]
        assert max(sizes) - min(sizes) <= 1
    assert numbers == stratified_folds(labels, folds, seed)


def test_another_seed_deals_otherwise() -> None:
    labels = [each.label for each in EXAMPLES]
    assert stratified_folds(labels, 5, 0) != stratified_folds(labels, 5, 1)


@pytest.mark.parametrize("folds", [1, 3])
def test_too_few_examples_are_refused(folds: int) -> None:
    with pytest.raises(EvaluationError, match=f"{folds} folds"):
        list(cross_validate(by_rote, EXAMPLES[:2], folds, seed=0))


def test_the_fallback_does_not_hide_what_the_model_believed() -> None:
    refused = outcome("a", (FALLBACK, 0.5), ("a", 0.4), ("b", 0.3))
    assert believed(refused) == Intent("a", 0.4)
    assert is_right(refused)
    taught = outcome(FALLBACK, (FALLBACK, 0.9), ("a", 0.1))
    assert believed(taught).name == FALLBACK
    assert is_right(taught)


def test_our_own_fallback_does_not_lower_what_the_model_believed() -> None:
    ranking = (REFUSAL, Intent("a", 0.18), Intent("b", 0.02))
    refused = Outcome(example("x", "a"), Interpretation("x", REFUSAL, ranking, in_scope=0.2))
    assert believed(refused).name == "a"
    assert believed(refused).confidence == pytest.approx(0.9)
    # Rasa's fallback leaves the rest as it was.
    later = Interpretation("x", Intent(FALLBACK, 0.5), (Intent(FALLBACK, 0.5), Intent("a", 0.4)), in_scope=0.2)
    assert believed(Outcome(example("x", "a"), later)) == Intent("a", 0.4)


SURE = [outcome("a", ("a", 0.75), ("b", 0.25))] * 3 + [outcome("b", ("a", 0.75), ("b", 0.25))]


def test_what_is_rightly_refused_is_no_error_of_calibration() -> None:
    refused = [outcome("oos", (FALLBACK, 0.5), ("a", 0.1), ("b", 0.1))]
    assert report(SURE, "oos").calibration_error == 0
    assert report([*SURE, *refused], "oos").calibration_error == 0
    assert report([*SURE, outcome(FALLBACK, (FALLBACK, 0.5), ("a", 0.1))], FALLBACK).calibration_error == 0


def test_a_learnt_out_of_scope_intent_is_calibrated_as_any_other() -> None:
    learnt = [outcome("oos", ("oos", 0.6), ("a", 0.4)), outcome("oos", ("a", 0.6), ("oos", 0.4))]
    assert report([*SURE, *learnt], "oos").calibration_error == pytest.approx(2 / 6 * 0.1)


def test_what_is_wrongly_refused_is_judged_by_the_intent_beneath() -> None:
    refused = [outcome("a", (FALLBACK, 0.5), ("a", 0.45)), outcome("b", (FALLBACK, 0.5), ("a", 0.45))]
    assert report(refused).calibration_error == pytest.approx(0.05)


def test_what_is_out_of_scope_is_right_when_refused_in_any_way() -> None:
    refused = outcome("oos", (FALLBACK, 0.5), ("a", 0.4))
    assert not is_right(refused)
    assert is_right(refused, "oos")
    assert not is_right(outcome("oos", ("a", 0.9)), "oos")


def test_the_out_of_scope_intent_is_found_by_its_usual_names_or_by_the_one_given() -> None:
    named = [example("x", "a"), example("y", "out_of_scope"), example("z", "chitchat")]
    assert out_of_scope_intent(named) == "out_of_scope"
    assert out_of_scope_intent(named, "chitchat") == "chitchat"
    assert out_of_scope_intent(EXAMPLES) is None
    with pytest.raises(EvaluationError, match="'weather'.* a, chitchat, out_of_scope"):
        out_of_scope_intent(named, "weather")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1))
def test_accuracy_macro_f1_and_confusion_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    assume(len({name for pair in pairs for name in pair}) > 1)  # scikit-learn warns of a single label
    outcomes = [outcome(expected, (got, 0.9)) for expected, got in pairs]
    expected, got = zip(*pairs, strict=True)
    measured = report(outcomes)
    names, matrix = confusion(outcomes)
    assert measured.accuracy == pytest.approx(np.mean([a == b for a, b in pairs]))
    assert measured.macro_f1 == pytest.approx(f1_score(expected, got, average="macro", zero_division=0))
    assert np.array_equal(matrix, confusion_matrix(expected, got, labels=names))
    assert measured.scope is None


def test_an_entity_is_right_with_its_exact_span_and_type() -> None:
    annotated = [entity("city", 0, 5), entity("city", 8, 12), entity("day", 14, 20)]
    found = [entity("city", 0, 5), entity("city", 8, 11), entity("day", 14, 20), entity("day", 14, 20)]
    measured = report([about(annotated, found)])
    assert dict(measured.entities) == {"city": Counts(1, 1, 1), "day": Counts(1, 0, 0)}
    assert measured.all_entities == Counts(2, 1, 1)
    assert measured.strict_entities is None


def test_a_type_that_no_example_annotates_is_not_judged() -> None:
    measured = report([about([entity("city", 0, 5)], [entity("MONEY", 0, 5)]), about([], [entity("city", 1, 2)])])
    assert dict(measured.entities) == {"city": Counts(0, 1, 1)}


def test_role_and_group_count_where_there_are_any() -> None:
    measured = report([about([entity("city", 0, 5, "to")], [entity("city", 0, 5, "from")])])
    assert measured.all_entities == Counts(right=1)
    assert measured.strict_entities == Counts(extra=1, missed=1)


def test_the_errors_of_an_example_are_what_is_missed_and_what_is_extra() -> None:
    annotated, found = [entity("city", 0, 5)], [entity("city", 1, 5), entity("other", 7, 8)]
    assert entity_errors(about(annotated, found), frozenset({"city"}), strict=False) == (annotated, found[:1])


@pytest.mark.parametrize("wrong", [entity("city", 0, 5, "from", "1"), entity("city", 0, 5, "to", "2")])
def test_another_role_or_group_is_an_error_where_they_are_judged(wrong: Entity) -> None:
    annotated = [entity("city", 0, 5, "to", "1")]
    outcome = about(annotated, [wrong])
    assert entity_errors(outcome, frozenset({"city"}), strict=True) == (annotated, [wrong])
    assert entity_errors(outcome, frozenset({"city"}), strict=False) == ([], [])


def test_scope_is_judged_by_the_best_intent_within_it() -> None:
    inside = [outcome("a", ("a", 0.9 - number / 1000), ("oos", 0.05)) for number in range(100)]
    outside = [
        outcome("oos", ("oos", 0.7), ("a", 0.3)),
        outcome("oos", (FALLBACK, 0.6), ("a", 0.5)),
        outcome("oos", ("a", 0.95), ("oos", 0.01)),
    ]
    measured = report([*inside, *outside], "oos")
    scope = measured.scope
    assert scope is not None
    assert (scope.in_scope, scope.out_of_scope, scope.in_scope_accuracy) == (100, 3, 1)
    assert scope.auroc == pytest.approx(2 / 3)
    assert scope.threshold == pytest.approx(0.9 - 98 / 1000)  # one of a hundred lies below
    assert scope.recall == pytest.approx(2 / 3)
    assert measured.refused.in_scope == 0
    assert measured.refused.out_of_scope == pytest.approx(2 / 3)


def test_recall_out_of_scope_is_that_at_the_loss_stated() -> None:
    inside = [outcome("a", ("a", number / 100)) for number in range(1, 101)]
    outside = [outcome("oos", ("a", number / 10 - 0.005)) for number in range(1, 11)]
    for loss, recall in ((0.0, 0.0), (0.1, 0.1), (0.25, 0.2)):
        scope = report([*inside, *outside], "oos", loss).scope
        assert scope is not None
        assert (scope.loss, scope.recall) == (loss, recall)
        assert scope.threshold == pytest.approx(loss + 0.01)


def scored(expected: str, in_scope: float, *ranking: tuple[str, float]) -> Outcome:
    given = outcome(expected, *ranking)
    return Outcome(given.example, replace(given.interpretation, in_scope=in_scope))


def test_a_model_with_a_score_of_scope_refuses_below_a_half_whether_it_sends_that_to_a_fallback_or_not() -> None:
    assert is_refused(scored("a", 0.49, ("a", 0.9)))
    assert is_refused(scored("a", 0.49, (FALLBACK, 1), ("a", 0.4)))
    assert not is_refused(scored("a", 0.5, ("a", 0.9)))


def test_a_model_without_one_refuses_by_its_fallback_or_its_out_of_scope_intent() -> None:
    assert is_refused(outcome("a", (FALLBACK, 0.3), ("a", 0.2)))
    assert is_refused(outcome("a", ("oos", 0.6), ("a", 0.4)), "oos")
    assert not is_refused(outcome("a", ("a", 0.1)), "oos")


def test_what_the_model_refuses_is_told_of_both_kinds_of_examples_and_of_either_alone() -> None:
    inside = [scored("a", 0.3, ("a", 0.9)), *[scored("a", 0.9, ("a", 0.9))] * 3]
    outside = [scored("oos", 0.1, ("a", 0.6)), scored("oos", 0.8, ("a", 0.6))]
    assert report([*inside, *outside], "oos").refused == Refused(0.25, 0.5)
    assert report(inside).refused == Refused(0.25, None)
    assert report(outside, "oos").refused == Refused(None, 0.5)


def test_without_examples_there_is_nothing_to_report() -> None:
    with pytest.raises(EvaluationError):
        report([])
