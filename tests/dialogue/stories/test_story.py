"""The parts of a test conversation."""

from pathlib import Path

from dialogue.stories.story import Does, Holds, HoldsNot, Said, Story, Turn


def test_what_is_said_may_be_understood_in_any_way_unless_an_intent_is_given() -> None:
    assert Said("hello") == Said("hello", None, ())
    assert Said("hello") != Said("hello", "greet")


def test_a_slot_is_compared_with_its_value_unless_any_will_do() -> None:
    assert Holds("name") == Holds("name", None, any_value=False)
    assert HoldsNot("name", any_value=True) != HoldsNot("name")


def test_the_turns_have_their_checks_and_where_they_stand() -> None:
    steps = (Holds("name"), Said("hello"), Said("go"), Does("action_go"), Does("action_end"))
    assert list(Story("a", Path("a.yml"), steps).turns()) == [
        Turn(None, (Holds("name"),), 0),
        Turn(Said("hello"), (), 1),
        Turn(Said("go"), (Does("action_go"), Does("action_end")), 2),
    ]


def test_a_story_without_steps_has_no_turns() -> None:
    assert not list(Story("a", Path("a.yml"), ()).turns())


def test_as_spoken_the_words_are_those_that_are_said_aloud() -> None:
    story = Story("a", Path("a.yml"), (Said("hw mch", "ask", spoken="how much"), Does("action_tell"), Said("bye")))
    typed, does, bye = story.as_spoken().steps
    assert isinstance(typed, Said)
    assert (typed.text, typed.intent) == ("how much", "ask")
    assert (does, bye) == (Does("action_tell"), Said("bye"))
