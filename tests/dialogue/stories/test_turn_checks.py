"""Checks of one turn, and the stage that they blame."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dialogue.reply import Reply
from dialogue.stories.story import Button, Check, Holds, HoldsNot, Ran, Replies, Says, SaysNot, Utters
from dialogue.stories.tested_assistant import Taken
from dialogue.stories.turn_checks import ACTION, KNOWLEDGE, POLICY, UNDERSTANDING, TurnChecks, Wrong
from nlu.interpretation import FALLBACK, Intent, Interpretation

RESPONSES = {"utter_hello": [{"text": "Hello, {name}."}]}
ACTIONS = ("action_listen", "action_greet", "utter_hello")


def checks(
    *texts: str,
    actions: Sequence[str] = ACTIONS,
    intent: str = "greet",
    joined: bool = False,
    in_order: bool = False,
    slots: Mapping[str, Sequence[Any]] | None = None,
) -> TurnChecks:
    reply = Reply(texts, (), tuple(actions))
    taken = Taken("hi", Interpretation("hi", Intent(intent, 0.9)), reply, joined=joined)
    return TurnChecks(taken, RESPONSES, slots, in_order)


@pytest.mark.parametrize(
    "check",
    [
        Ran("action_greet"),
        Ran("utter_hello"),
        Says(pattern="(?i)HELLO"),
        Says(pattern="costs \\d"),
        Says("utter_hello"),
        Says("utter_hello", "Ann"),
        SaysNot(pattern="Eve"),
        SaysNot("utter_hello", "costs"),
        SaysNot("utter_unknown"),
    ],
)
def test_an_assertion_holds_anywhere_in_the_turn(check: Check) -> None:
    assert checks("It costs 5.", "Hello, Ann.").check(check) is None


@pytest.mark.parametrize(
    "check",
    [
        Ran("action_pay"),
        Says(pattern="costs 6"),
        Says("utter_hello", "costs"),
        SaysNot("utter_hello"),
        SaysNot(pattern="A.n"),
    ],
)
def test_an_assertion_fails_where_nothing_fits_or_something_does(check: Check) -> None:
    assert checks("It costs 5.", "Hello, Ann.").check(check) is not None


def test_a_failure_names_the_pattern_and_all_messages() -> None:
    assert checks("a", "b").check(Says("utter_hello", "c")) == Wrong(ACTION, "utter_hello and /c/", "'a', 'b'")
    assert checks().check(Says(pattern="c")) == Wrong(ACTION, "/c/", "no message")
    assert checks("a", "b").check(SaysNot(pattern="b")) == Wrong(ACTION, "not /b/", "'b'")


@pytest.mark.parametrize(
    ("actions", "intent", "stage"),
    [
        (["utter_hello"], "greet", POLICY),
        (["action_pay"], "greet", ACTION),
        (["action_answer_question"], "ask", KNOWLEDGE),
        (["action_answer_question"], FALLBACK, UNDERSTANDING),
    ],
)
def test_the_stage_is_the_first_that_can_be_at_fault(actions: list[str], intent: str, stage: str) -> None:
    wrong = checks("x", actions=actions, intent=intent).check(Says(pattern="y"))
    assert wrong is not None
    assert wrong.stage == stage


def test_an_action_that_never_ran_is_the_policys_fault_unless_nothing_was_understood() -> None:
    assert checks().check(Ran("action_pay")) == Wrong(POLICY, "action_pay", "action_greet, utter_hello")
    wrong = checks(intent=FALLBACK).check(Ran("action_pay"))
    assert wrong is not None
    assert wrong.stage == UNDERSTANDING


def test_in_order_each_message_and_action_comes_after_the_one_before() -> None:
    ordered = checks("one", "two", in_order=True)
    assert ordered.check(Says(pattern="two")) is None
    assert ordered.check(Says(pattern="one")) is not None
    assert ordered.check(Ran("utter_hello")) is None
    assert ordered.check(Ran("action_greet")) is not None


def test_messages_that_came_as_one_text_are_taken_from_its_beginning() -> None:
    joined = checks("Hello, Ann. It costs 5. Bye.", joined=True)
    assert joined.check(Utters("utter_hello")) is None
    assert joined.check(Replies("It costs 5.")) is None
    assert joined.check(Replies("It costs 5.")) is not None
    assert joined.check(Replies("Bye.")) is None
    assert checks("It costs 5. Bye.").check(Replies("It costs 5.")) is not None


def test_a_response_within_one_text_is_known_by_its_action() -> None:
    assert checks("Well. Hello, Ann.", joined=True).check(Says("utter_hello", "Well")) is None
    assert checks("Well. Hello, Ann.", joined=True, actions=()).check(Says("utter_hello", "Well")) is not None


def test_slots_that_cannot_be_seen_cannot_be_checked() -> None:
    unseen, seen = checks(), checks(slots={"name": ("Bob", "Ann")})
    assert [unseen.sees(check) for check in (Holds("name"), HoldsNot("name"), Ran("x"))] == [False, False, True]
    assert seen.sees(Holds("name"))
    assert seen.check(Holds("name", "Bob")) is None
    assert seen.check(HoldsNot("name", "Ann")) is not None


MESSAGES = (
    {"text": "Pay now?", "buttons": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]},
)


@pytest.mark.parametrize(
    ("check", "fits"),
    [
        (Says(buttons=(Button("Yes"),)), True),
        (Says(pattern="Pay", buttons=(Button("Yes", "/affirm"), Button("No", "/deny"))), True),
        (Says(buttons=(Button("Yes", "/deny"),)), False),
        (Says(buttons=(Button("No"),)), False),
        (Says(buttons=(Button("Yes"), Button("No"), Button("Later"))), False),
        (Says(pattern="Well", buttons=(Button("Yes"),)), False),
        (SaysNot(buttons=(Button("Yes"),)), False),
        (SaysNot(buttons=(Button("Later"),)), True),
    ],
)
def test_buttons_are_those_of_the_message_in_their_order(check: Check, fits: bool) -> None:
    reply = Reply(("Well.", "Pay now?"), messages=MESSAGES)
    taken = Taken("hi", Interpretation("hi", Intent("pay", 0.9)), reply)
    assert (TurnChecks(taken, RESPONSES, None).check(check) is None) == fits


def test_buttons_are_not_seen_where_the_messages_came_as_one_text() -> None:
    assert not checks("Pay now?", joined=True).sees(Says(buttons=(Button("Yes"),)))
    assert checks("Pay now?").sees(Says(buttons=(Button("Yes"),)))
