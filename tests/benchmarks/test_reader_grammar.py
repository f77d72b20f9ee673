"""Made-up turns: the same seed makes the same, values stand where they are said to, labels are the schema's."""

from benchmarks.reader_grammar import Grammar
from benchmarks.reader_misheard import misheard
from retrieval.reading.reading import Act, Operator, Reference

TURNS = Grammar(seed=5).turns(22, 30)


def test_the_same_seed_makes_the_same_turns() -> None:
    assert Grammar(seed=5).turns(3, 10).examples == Grammar(seed=5).turns(3, 10).examples


def test_every_act_reference_and_operator_occurs() -> None:
    examples = TURNS.examples
    assert {act for each in examples for act in each.acts} == set(Act)
    assert {reference for each in examples for reference in each.references} == set(Reference)
    assert {wanted.operator for each in examples for wanted in each.wanted} == set(Operator)


def test_labels_are_those_of_the_schema() -> None:
    for each in TURNS.examples:
        names = {label.name for label in TURNS.schemas[each.schema]}
        assert each.asked | {wanted.label for wanted in each.wanted} <= names


def test_values_stand_where_they_are_said_to() -> None:
    for each in TURNS.examples:
        for wanted in each.wanted:
            if wanted.span:
                assert each.text[slice(*wanted.span)].lower() == wanted.value.lower()


def test_misheard_turns_mean_the_same() -> None:
    changed = 0
    for each in TURNS.examples:
        heard = misheard(each, 1)
        changed += heard.text != each.text
        assert (heard.acts, heard.asked, heard.references) == (each.acts, each.asked, each.references)
        assert {wanted.label for wanted in heard.wanted} == {wanted.label for wanted in each.wanted}
    assert changed > len(TURNS.examples) / 3
