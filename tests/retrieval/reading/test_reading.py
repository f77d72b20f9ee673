"""The names of acts, operators and references: they stand in files of weights and in logs."""

import pytest

from retrieval.reading.reading import Act, Operator, Reading, Reference, TurnReading, Wish


@pytest.mark.parametrize("names", [Act, Operator, Reference])
def test_names_are_their_own_texts(names: type[Act] | type[Operator] | type[Reference]) -> None:
    assert all(str(name) == name.value == name.name.lower() for name in names)


def test_readings_are_compared_by_what_they_say() -> None:
    wish = Wish("colour", Operator.NOT, "red", 0.9, (4, 7))
    assert Reading({Act.FIND: 0.9}, {}, (wish,), {}) == Reading({Act.FIND: 0.9}, {}, (wish,), {})


def turn(acts: dict[Act, float], *asked: str) -> TurnReading:
    return TurnReading(Reading(acts, dict.fromkeys(asked, 0.9), (), {}), frozenset({"price", "colour"}))


@pytest.mark.parametrize(
    ("acts", "finds", "asks"),
    [
        ({}, False, False),
        ({Act.FIND: 0.9, Act.THANKS: 0.9}, True, False),
        ({Act.FIND: 0.7}, False, False),
        ({Act.ASK: 0.9, Act.YES: 0.6}, False, True),
        ({Act.ASK: 0.7}, False, False),
        ({Act.ASK: 0.9, Act.FIND: 0.6}, False, False),
        ({Act.FIND: 0.9, Act.ASK: 0.6}, False, False),
        ({Act.ASK: 0.9, Act.ANOTHER: 0.6}, False, False),
        ({Act.ASK: 0.9, Act.COMPARE: 0.6}, False, False),
    ],
)
def test_a_turn_is_taken_for_a_search_or_a_question_only_where_that_is_sure(
    acts: dict[Act, float], finds: bool, asks: bool
) -> None:
    assert (turn(acts).finds, turn(acts).asks) == (finds, asks)


def test_a_question_is_not_for_a_label_that_could_be_asked_and_is_not() -> None:
    question = turn({Act.ASK: 0.9}, "price")
    assert [question.asks_else_than(label) for label in ("price", "colour", "unknown")] == [False, True, False]
    assert not turn({Act.FIND: 0.9}, "price").asks_else_than("colour")
    assert not TurnReading().asks_else_than("colour")
