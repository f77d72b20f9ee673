"""Conditions in a text, against the labels and values of a catalogue."""

import pytest

from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import tokens_of
from retrieval.selection.condition_reading import ConditionReader, FoundConditions, negated_in
from retrieval.values.value_index import ValueIndex

Told = tuple[str, tuple[str, ...], float | None, float | None, bool]


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> ConditionReader:
    return ConditionReader(ValueIndex(catalogue.rows))


def read(reader: ConditionReader, text: str) -> FoundConditions:
    return reader.read(tokens_of(text), set())


def told(found: FoundConditions) -> list[Told]:
    return [("/".join(test.labels), test.values, test.low, test.high, test.is_wanted) for test in found.tests]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in the east", [("area", ("east",), None, None, True)]),
        ("on the northern side", [("area", ("north",), None, None, True)]),
        ("downtown", [("area", ("center",), None, None, True)]),
        ("moderately priced", [("price range", ("moderate",), None, None, True)]),
        ("a place that is not expensive", [("price range", ("cheap",), None, None, True)]),
        ("a budget place", [("price range", ("cheap",), None, None, True)]),
        ("not in the centre", [("area", ("center",), None, None, False)]),
        ("in the north or the east", [("area", ("north", "east"), None, None, True)]),
        ("tapas", [("food", ("tapa",), None, None, True)]),
        ("free parking", [("parking", ("freeparking",), None, None, True)]),
        ("with parking", [("parking", (), None, None, True)]),
        ("where I can take my dog", [("pets allowed", (), None, None, True)]),
        ("no pets", [("pets allowed", (), None, None, False)]),
        ("child friendly", [("good for kids", (), None, None, True)]),
        ("4 star", [("stars", (), 4, 4, True)]),
        ("at least three stars", [("stars", (), 3, None, True)]),
        ("3 stars or more", [("stars", (), 3, None, True)]),
        ("at most 200 metres", [("length", (), None, 200, True)]),
        ("longer than 0.2 km", [("length", (), 200.00000000000003, None, True)]),
        ("price range cheap", [("price range", ("cheap",), None, None, True)]),
        ("hello there", []),
        ("", []),
    ],
)
def test_words_are_read_as_conditions_of_the_labels_that_state_them(
    reader: ConditionReader, text: str, expected: list[Told]
) -> None:
    assert told(read(reader, text)) == expected


def test_several_conditions_are_read_side_by_side(reader: ConditionReader) -> None:
    found = read(reader, "a 4 star hotel in the east with free parking")
    assert [test.said for test in found.tests] == ["4 star", "east", "free parking"]
    assert found.places == {1, 2, 6, 8, 9}
    assert not found.facilities_alone
    assert read(reader, "with free parking").facilities_alone


@pytest.mark.parametrize(
    ("text", "freed"),
    [
        ("any area is fine", {"area"}),
        ("I don't care about the price range", {"price range"}),
        ("it doesn't need to have parking", {"parking"}),
        ("in the east", set()),
    ],
)
def test_what_does_not_matter_is_set_free(reader: ConditionReader, text: str, freed: set[str]) -> None:
    found = read(reader, text)
    assert freed <= set(found.freed)
    assert bool(found.freed) is bool(freed)
    assert not {label for test in found.tests for label in test.labels} & freed


def test_what_is_the_same_as_before_is_kept(reader: ConditionReader) -> None:
    assert read(reader, "a park in the same area").kept == ("area",)


def test_some_words_of_a_value_are_read_only_where_that_is_asked_for(reader: ConditionReader) -> None:
    tokens = tokens_of("asian food")
    found = reader.read(tokens, set())
    assert found.tests == ()
    more = reader.with_parts(tokens, found, set())
    assert told(more) == [("food", ("asianfusion",), None, None, True)]
    assert reader.with_parts(tokens_of("zebra"), found, set()) == found


def test_tests_can_be_left_out_with_their_words(reader: ConditionReader) -> None:
    found = read(reader, "4 star in the east")
    rest = found.without(found.tests[:1])
    assert [test.said for test in rest.tests] == ["east"]
    assert rest.places == {4}


def test_a_word_that_is_the_kind_of_more_things_is_no_value(catalogue: Catalogue) -> None:
    values = ValueIndex(catalogue.rows)
    assert read(ConditionReader(values, lambda token: 9), "museum").tests == ()
    assert read(ConditionReader(values, lambda token: 1), "museum").tests != ()


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("not in the centre and cheap", {1, 2, 3}),
        ("no i want cheap", set()),
        ("non smoking", {1}),
        ("one that isn't expensive", {3}),
        ("somebody who doesn't treat cats", {3, 4}),
        ("i don't want a pool", {3, 4}),
        ("it shouldn't be far", {3}),
        ("don't you have a pool", set()),
        ("isn't there one in the north", set()),
        ("no more than 3 stars", set()),
    ],
)
def test_a_not_reaches_to_the_next_joint(text: str, negated: set[int]) -> None:
    assert negated_in(text.split()) == negated
