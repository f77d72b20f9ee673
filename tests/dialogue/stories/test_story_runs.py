"""Holding test conversations, and blaming the stage that failed first."""

from pathlib import Path

import pytest

from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Step, Story, Utters
from dialogue.stories.story_runs import ACTION, KNOWLEDGE, POLICY, UNDERSTANDING, run_story
from nlu.interpretation import Entity
from tests.dialogue.stories.acting import TableAssistant

RESPONSES = {"utter_hello": [{"text": "Hi."}, {"text": "Hello, {name}."}], "utter_else": [{"text": "Anything else?"}]}
ANN = Said("my name is Ann", "inform", (Entity("name", "Ann", 11, 14, ""),))


def failure(*steps: Step) -> tuple[int, str] | None:
    """The step that failed, and the stage."""
    failed = run_story(Story("a", Path("a.yml"), steps), TableAssistant(), "1", RESPONSES).failure
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
    story = Story("a", Path("a.yml"), (Said("price"), Replies("It costs 6.")))
    outcome = run_story(story, TableAssistant(), "1", RESPONSES)
    assert str(outcome.failure) == "knowledge failed at 'price': expected 'It costs 6.', got 'It costs 5.'"


def test_a_conversation_is_forgotten_however_it_ends() -> None:
    assistant = TableAssistant()
    for number, steps in enumerate([(Said("hello"),), (Said("hello", "leave"),)]):
        run_story(Story("a", Path("a.yml"), steps), assistant, str(number), RESPONSES)
    assert assistant.forgotten == ["0", "1"]
