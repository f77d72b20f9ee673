"""What is counted as right."""

from benchmarks.reader_measures import Measured
from benchmarks.reader_turns import Example, Wanted
from retrieval.reading.reading import Act, Operator, Reading, Wish

EXAMPLE = Example("", "", "two rooms", frozenset({Act.FIND}), frozenset({"wifi"}), (Wanted("rooms", Operator.IS, "2"),))


def test_values_in_words_and_digits_are_the_same() -> None:
    measured = Measured()
    measured.add(EXAMPLE, Reading({Act.FIND: 1}, {"wifi": 1}, (Wish("rooms", Operator.IS, "two", 1),), {}))
    assert (measured.whole, measured.asked.f1, measured.values.f1) == (1, 1, 1)


def test_another_operator_is_another_wish() -> None:
    measured = Measured()
    measured.add(EXAMPLE, Reading({}, {}, (Wish("rooms", Operator.NOT, "2", 1),), {}))
    assert (measured.whole, measured.asked.f1, measured.values.f1) == (0, 0, 0)
    assert measured.missed == {"-find": 1}


def test_acts_that_the_example_does_not_know_are_not_counted() -> None:
    measured = Measured()
    measured.add(EXAMPLE, Reading({Act.FIND: 1, Act.REFINE: 1}, {}, (), {}))
    assert measured.whole == 1
