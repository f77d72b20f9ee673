"""What a search sets, kept and refined."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conditions import Condition, Conditions, Kinds
from retrieval.filtering import Filter

HOTELS, SIGHTS = Kinds(("Hotels",), (), said="hotel"), Kinds((), ("museum",), ("type",), "museum")
EAST, WEST = Condition(("area",), ("east",)), Condition(("area",), ("west",))
FOUR_STARS = Condition(("stars",), low=4, high=4)
CHEAP = Filter(max_price=50)

words = st.text(max_size=4)
tests = st.builds(
    Condition,
    labels=st.lists(words, min_size=1, max_size=2).map(tuple),
    values=st.lists(words, max_size=2).map(tuple),
    low=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    is_wanted=st.booleans(),
    said=words,
)
conditions = st.builds(
    Conditions,
    kinds=st.sampled_from([(), (HOTELS,), (HOTELS, SIGHTS)]),
    tests=st.lists(tests, max_size=3).map(tuple),
    only=st.sampled_from([Filter(), CHEAP, Filter(brand="Oak", in_stock=True)]),
    freed=st.lists(words, max_size=2).map(tuple),
)


@given(conditions)
def test_what_is_kept_as_json_comes_back(given_ones: Conditions) -> None:
    assert Conditions.from_json(json.loads(json.dumps(given_ones.as_json()))) == given_ones


def test_what_another_version_kept_is_forgotten() -> None:
    assert Conditions.from_json({**Conditions((HOTELS,)).as_json(), "version": 0}) == Conditions()


def test_a_later_text_adds_to_what_is_set() -> None:
    first, later = Conditions((HOTELS,), (EAST,)), Conditions((), (FOUR_STARS,), CHEAP)
    assert first.merged(later) == Conditions((HOTELS,), (EAST, FOUR_STARS), CHEAP)


def test_a_later_text_replaces_what_it_sets_anew() -> None:
    first = Conditions((HOTELS,), (EAST, FOUR_STARS), Filter(min_price=10))
    later = Conditions((SIGHTS,), (WEST,), CHEAP)
    assert first.merged(later) == Conditions((SIGHTS,), (FOUR_STARS, WEST), CHEAP)


def test_what_does_not_matter_any_longer_is_no_test() -> None:
    assert Conditions((), (EAST, FOUR_STARS)).merged(Conditions(freed=("area",))) == Conditions((), (FOUR_STARS,))


@given(conditions, conditions)
def test_everything_that_a_later_text_sets_holds(first: Conditions, later: Conditions) -> None:
    assert set(later.tests) <= set(first.merged(later).tests)
    assert first.merged(Conditions()).tests == first.tests


@pytest.mark.parametrize(("given_ones", "is_any"), [(Conditions(), False), (Conditions(freed=("area",)), True)])
def test_no_conditions_are_false(given_ones: Conditions, is_any: bool) -> None:
    assert bool(given_ones) is is_any


GUESTHOUSES = Kinds(("Hotels > Guesthouse",), (), labels=("type",))


def test_another_kind_of_thing_begins_anew_but_for_what_is_the_same() -> None:
    first = Conditions((HOTELS,), (EAST, FOUR_STARS), CHEAP)
    assert first.followed_by(Conditions((SIGHTS,))) == Conditions((SIGHTS,))
    assert first.followed_by(Conditions((SIGHTS,)), {"area"}) == Conditions((SIGHTS,), (EAST,))
    assert first.followed_by(Conditions((GUESTHOUSES,))) == Conditions((GUESTHOUSES,), (EAST, FOUR_STARS), CHEAP)


def test_a_kind_replaces_what_was_set_of_its_label() -> None:
    first = Conditions((HOTELS,), (Condition(("type",), ("inn",)), EAST))
    assert first.followed_by(Conditions((GUESTHOUSES,))).tests == (EAST,)


def test_a_wider_kind_replaces_none() -> None:
    assert Conditions((GUESTHOUSES,)).merged(Conditions((HOTELS,), (EAST,))) == Conditions((GUESTHOUSES,), (EAST,))
    inn_or_hotel = Kinds(("Hotels", "Hotels > Hotel"), ())
    assert Conditions((GUESTHOUSES,)).merged(Conditions((inn_or_hotel,))) == Conditions((inn_or_hotel,))
