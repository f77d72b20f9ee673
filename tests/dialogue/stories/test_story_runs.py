"""Holding test conversations, and blaming the stage that failed first."""

from pathlib import Path

import pytest

from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Step, Story, Utters
from dialogue.stories.story_runs import Outcome, blame_hearing, hold_all, run_story
from dialogue.stories.tested_assistant import Taken, TypedAssistant
from dialogue.stories.turn_checks import ACTION, HEARING, KNOWLEDGE, POLICY, UNDERSTANDING
from nlu.interpretation import Entity
from tests.dialogue.stories.acting import TableAssistant

RESPONSES = {"utter_hello": [{"text": "Hi."}, {"text": "Hello, {name}."}], "utter_else": [{"text": "Anything else?"}]}
ANN = Said("my name is Ann", "inform", (Entity("name", "Ann", 11, 14, ""),))


class MishearingAssistant(TypedAssistant):
    """Hears `price` as `prize`, and nothing of what is whispered."""

    def say(self, conversation_id: str, said: Said) -> Taken:
        return self.take(conversation_id, "" if said.text == "psst" else said.text.replace("price", "prize"))


def held(*steps: Step) -> Outcome:
    return run_story(Story("a", Path("a.yml"), steps), TypedAssistant(TableAssistant()), "1", RESPONSES)


def failure(*steps: Step) -> tuple[int, str] | None:
    """The step that failed, and the stage."""
    failed = held(*steps).failure
    return (failed.step, failed.stage) if failed else None


@pytest.mark.parametrize(
    "steps",
    [
        (Said("hello", "greet"), Does("utter_hello"), Utters("utter_hello")),
        (Said("hello"), Replies("Hello, Ann.")),
        (Said("do it"), Does("action_do"), Does("utter_else"), Replies("Done."), Utters("utter_else")),
        (ANN, Holds("name", "Ann"), Holds("name", any_value=True), Holds("asked", "name"), Holds("asked")),
        (ANN, HoldsNot("name", "Bob"), HoldsNot("asked", any_value=True), HoldsNot("never", any_value=True)),
    ],
)
def test_a_conversation_that_goes_as_written_passes(steps: tuple[Step, ...]) -> None:
    assert failure(*steps) is None


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((Said("hello", "leave"), Does("utter_bye")), (0, UNDERSTANDING)),
        ((Said("hello", "greet", (Entity("name", "Ann", 0, 5, ""),)),), (0, UNDERSTANDING)),
        ((Said("blah"), Utters("utter_hello")), (1, UNDERSTANDING)),
        ((Said("hello", "greet"), Does("utter_else")), (1, POLICY)),
        ((Said("hello"), Does("utter_hello"), Does("utter_hello")), (2, POLICY)),
        ((Said("hello"), Utters("utter_else")), (1, POLICY)),
        ((Said("go wrong"),), (0, ACTION)),
        ((Said("do it"), Replies("Done!")), (1, ACTION)),
        ((Said("price"), Replies("It costs 6.")), (1, KNOWLEDGE)),
        ((Said("hello"), Utters("utter_unknown")), (1, POLICY)),
        ((ANN, Holds("name", "Eve")), (1, POLICY)),
        ((ANN, Holds("asked", any_value=True)), (1, POLICY)),
        ((ANN, HoldsNot("name", "Ann")), (1, POLICY)),
        ((ANN, HoldsNot("name", any_value=True)), (1, POLICY)),
    ],
)
def test_the_first_step_that_fails_names_the_stage(steps: tuple[Step, ...], expected: tuple[int, str]) -> None:
    assert failure(*steps) == expected


def test_a_failure_says_what_was_expected_and_what_came() -> None:
    failed = held(Said("price"), Replies("It costs 6.")).failure
    assert str(failed) == "knowledge failed at 'price': expected 'It costs 6.', got 'It costs 5.'"


def test_a_conversation_is_held_to_its_end_and_each_turn_has_its_first_failure() -> None:
    outcome = held(Said("hello"), Does("utter_bye"), Does("utter_hello"), Said("price"), Said("do it"), Replies("No."))
    assert [turn.failure and turn.failure.step for turn in outcome.turns] == [1, None, 5]
    assert [turn.reply for turn in outcome.turns] == ["Hello, Ann.", "It costs 5.", "Done. Anything else?"]


def test_a_conversation_begins_with_the_slots_of_its_story() -> None:
    story = Story("a", Path("a.yml"), (Holds("name", "Eve"), Said("hello"), Holds("name", "Ann")), {"name": "Eve"})
    outcome = run_story(story, TypedAssistant(TableAssistant()), "1", RESPONSES)
    assert [turn.failure and turn.failure.got for turn in outcome.turns] == [None, "'Eve'"]


def test_a_conversation_is_forgotten_however_it_ends() -> None:
    table = TableAssistant()
    for number, steps in enumerate([(Said("hello"),), (Said("hello", "leave"),)]):
        run_story(Story("a", Path("a.yml"), steps), TypedAssistant(table), str(number), RESPONSES)
    assert table.forgotten == ["0", "1"]


def test_hearing_is_blamed_where_the_same_passes_as_text() -> None:
    steps = (Said("price"), Replies("It costs 5."), Said("price"), Replies("It costs 6."), Said("psst"))
    story = Story("a", Path("a.yml"), steps)
    spoken = run_story(story, MishearingAssistant(TableAssistant()), "1", RESPONSES)
    typed = run_story(story, TypedAssistant(TableAssistant()), "2", RESPONSES)
    failures = [turn.failure for turn in blame_hearing(spoken, typed).turns]
    assert [failed and failed.stage for failed in failures] == [HEARING, KNOWLEDGE, HEARING]
    assert str(failures[0]).startswith("hearing failed at 'price', heard as 'prize': expected 'It costs 5.'")


def test_what_fails_by_voice_is_held_as_text_with_the_words_that_are_said() -> None:
    misheard = Story("a", Path("a.yml"), (Said("prce", spoken="price"), Replies("It costs 5.")))
    fine = Story("b", Path("b.yml"), (Said("hello"), Replies("Hello, Ann.")))
    table = TableAssistant()
    outcomes = hold_all([misheard, fine], MishearingAssistant(table), TypedAssistant(table), RESPONSES)
    assert [outcome.failure and outcome.failure.stage for outcome in outcomes] == [HEARING, None]
    assert table.forgotten == ["test-0", "test-0-as-text", "test-1"]
    (typed, _) = hold_all([misheard, fine], TypedAssistant(table), None, RESPONSES)
    assert typed.failure is not None
    assert typed.failure.stage == UNDERSTANDING
