"""The names of acts, operators and references: they stand in files of weights and in logs."""

import pytest

from retrieval.reading.reading import Act, Operator, Reading, Reference, Wish


@pytest.mark.parametrize("names", [Act, Operator, Reference])
def test_names_are_their_own_texts(names: type[Act] | type[Operator] | type[Reference]) -> None:
    assert all(str(name) == name.value == name.name.lower() for name in names)


def test_readings_are_compared_by_what_they_say() -> None:
    wish = Wish("colour", Operator.NOT, "red", 0.9, (4, 7))
    assert Reading({Act.FIND: 0.9}, {}, (wish,), {}) == Reading({Act.FIND: 0.9}, {}, (wish,), {})
