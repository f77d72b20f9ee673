"""Saying the last turn again."""

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.patterns.repeat_action import RepeatAction

HI = {"event": "bot", "text": "Hi.", "data": {"custom": None}, "metadata": {"utter_action": "utter_hi"}}
FACT = {"event": "bot", "text": "It costs $5.", "data": {"custom": {"source_ids": ["x"]}}, "metadata": {}}
ASK = {"event": "bot", "text": "Which size?", "data": {}, "metadata": {"utter_action": "utter_ask_form_size"}}
USER = {"event": "user", "text": "x"}


def repeated(events: list[dict[str, Any]], requested: str | None = None) -> list[dict[str, Any]]:
    tracker = Tracker("c", {"requested_slot": requested}, {}, events, False, None, {}, None)
    dispatcher = CollectingDispatcher()
    assert RepeatAction().run(dispatcher, tracker, {}) == []
    messages: list[dict[str, Any]] = dispatcher.messages
    return messages


def test_the_last_turn_that_said_anything_is_said_again_with_its_sources() -> None:
    (said,) = repeated([USER, HI, USER, FACT, USER, USER])
    assert (said["text"], said["custom"]) == ("It costs $5.", {"source_ids": ["x"]})


@pytest.mark.parametrize(("requested", "texts"), [("size", ["It costs $5."]), (None, ["It costs $5.", "Which size?"])])
def test_the_question_that_a_form_asks_next_anyway_is_left_out(requested: str | None, texts: list[str]) -> None:
    assert [said["text"] for said in repeated([USER, FACT, ASK, USER], requested)] == texts


def test_with_nothing_said_there_is_help() -> None:
    assert [said["response"] for said in repeated([USER])] == ["utter_help"]
