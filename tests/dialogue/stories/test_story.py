"""The parts of a test conversation."""

from dialogue.stories.story import Holds, HoldsNot, Said


def test_what_is_said_may_be_understood_in_any_way_unless_an_intent_is_given() -> None:
    assert Said("hello") == Said("hello", None, ())
    assert Said("hello") != Said("hello", "greet")


def test_a_slot_is_compared_with_its_value_unless_any_will_do() -> None:
    assert Holds("name") == Holds("name", None, any_value=False)
    assert HoldsNot("name", any_value=True) != HoldsNot("name")
