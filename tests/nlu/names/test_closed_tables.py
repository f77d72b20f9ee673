"""Which entry of a closed table was said, and where none was."""

import pytest

from nlu.names.closed_tables import ClosedTable, sound_difference
from nlu.names.pronunciation import sounds_of
from nlu.names.sound_index import CatalogueName

DRINKS = ("mocha", "iced mocha", "latte", "espresso", "cappuccino", "house coffee", "iced coffee", "coffee")
MILKS = ("milk", "whole milk", "soy milk", "a lot of soy milk", "lots of soy milk")
SIZES = ("small", "twelve ounce", "sixteen ounce")


def table(*names: str, doubt: float = 0.0) -> ClosedTable:
    return ClosedTable([CatalogueName(name, ()) for name in names], doubt)


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("moco", "mocha"),
        ("matcha", "mocha"),
        ("marker", "mocha"),
        ("ice mocha", "iced mocha"),
        ("ice coffee", "iced coffee"),
        ("cap chino", "cappuccino"),
        ("Latte.", "latte"),
        ("a latte", "latte"),
    ],
)
def test_a_misheard_entry_is_found_however_short(heard: str, name: str) -> None:
    nearest = table(*DRINKS).nearest(heard)
    assert nearest is not None
    assert nearest.name == name


@pytest.mark.parametrize("heard", ["flat white", "tea", "hot chocolate", "water", ""])
def test_what_the_table_lacks_is_not_bent_into_an_entry(heard: str) -> None:
    assert table(*DRINKS).nearest(heard) is None


@pytest.mark.parametrize("heard", ["oat milk", "coconut milk", "rice milk"])
def test_words_that_both_have_do_not_make_two_phrases_alike(heard: str) -> None:
    assert table(*MILKS).nearest(heard) is None


def test_of_entries_that_share_words_the_nearest_as_a_whole_is_meant() -> None:
    nearest = table(*MILKS).nearest("a lot of soy mill")
    assert nearest is not None
    assert nearest.name == "a lot of soy milk"


def test_numbers_must_agree_however_they_are_written() -> None:
    sizes = table(*SIZES)
    nearest = sizes.nearest("16-ounces")
    assert nearest is not None
    assert nearest.name == "sixteen ounce"
    assert sizes.nearest("60 ounce") is None


def test_between_two_equally_like_entries_nothing_is_chosen() -> None:
    assert table("bat", "cat").nearest("dat") is None
    assert table("bat").nearest("dat") is not None


def test_the_more_else_may_be_said_the_more_alike_an_entry_must_be() -> None:
    assert table("austin").nearest("boston") is not None
    assert table("austin", doubt=0.9).nearest("boston") is None
    assert table("austin", doubt=0.9).nearest("austen") is not None


def test_every_way_to_say_an_entry_leads_to_its_name() -> None:
    nearest = ClosedTable([CatalogueName("large", ("grande",))]).nearest("grand")
    assert nearest is not None
    assert nearest.name == "large"


def test_an_empty_table_has_nothing() -> None:
    assert table().nearest("mocha") is None


def test_confused_sounds_differ_less_than_others() -> None:
    near, far = sound_difference("pad", "bat"), sound_difference("pad", "kal")
    assert 0 < near < far
    assert sound_difference("pad", "pad") == 0
    assert sound_difference("", "pad") == sound_difference("pad", "") > 0


def test_an_ending_that_is_not_said_as_a_syllable_has_no_vowel() -> None:
    assert sounds_of("iced") == sounds_of("ice") + "d"
    assert sounds_of("salted").endswith("ted")
