"""What the patterns do while a form is under way."""

from dataclasses import replace

import pytest

from dialogue.patterns.habits import Habits
from dialogue.patterns.in_form import asked_in_vain, decide_in_form
from dialogue.patterns.names import DEACTIVATE, LISTEN, patterns_by_intent
from dialogue.patterns.project import Project
from dialogue.patterns.recognizer import Likeness
from dialogue.patterns.turn import OpenForm, Past, Said, Turn

ACTIONS = {
    "utter_cancelled", "utter_started_over", "action_repeat", "utter_slower", "utter_help", "utter_handover",
    "utter_apologize", "utter_offer_person", "utter_cannot_answer", "utter_left_open", "utter_correcting",
    "utter_ask_rephrase", "utter_examples", "utter_still_there", "utter_help_size", "utter_goodbye",
}  # fmt: skip
HABITS = Habits(
    answers={"price": ("action_price",), "thank": ("utter_welcome",)},
    starts={"order": "order_form", "complain": "complaint_form"},
    in_loop={"order_form": ("why",)},
    known=("price", "thank", "order", "complain", "why"),
)
PROJECT = Project(HABITS, frozenset(ACTIONS), patterns_by_intent({}))
FORM = OpenForm("order_form", "size", ("colour", "size"), held=("colour",))


def read(pattern: str, text: str = "words") -> Said:
    return Said(text, "nlu_fallback", 0.5, likeness=Likeness(pattern, 0.95))


def actions(said: Said, form: OpenForm = FORM, past: Past | None = None) -> tuple[str, ...]:
    plan = decide_in_form(Turn(said, form, past=past or Past()), form, PROJECT)
    return plan.actions if plan else ()


@pytest.mark.parametrize(
    ("said", "done"),
    [
        (read("cancel"), (DEACTIVATE, "utter_cancelled", LISTEN)),
        (read("start_over"), ("utter_started_over", "order_form")),
        (read("person"), (DEACTIVATE, "utter_handover", LISTEN)),
        (read("slower"), ("utter_slower", "order_form")),
        (read("help"), ("utter_help_size", "order_form")),
        (read("complaint"), ("utter_apologize", "utter_offer_person", LISTEN)),
        (read("silence"), ("utter_still_there", "order_form")),
        (read("other"), ("utter_ask_rephrase", "order_form")),
        (Said("how much", "price", 0.99), ("action_price", "order_form")),  # a digression, and back
        (Said("thanks", "thank", 0.99), ("utter_welcome", "order_form")),
        (Said("order", "order", 0.99), ("order_form",)),  # the form that is open asks again
        (Said("I complain", "complain", 0.99), ("complaint_form",)),
        (Said("no", "deny", 0.99), (DEACTIVATE, "utter_cancelled", LISTEN)),
        (Said("bye", "goodbye", 0.99), (DEACTIVATE, "utter_goodbye", LISTEN)),
    ],
)
def test_what_is_no_answer_is_dealt_with(said: Said, done: tuple[str, ...]) -> None:
    assert actions(said) == done


def test_an_answer_and_the_project_s_own_turns_are_left_to_the_form() -> None:
    assert actions(Said("why", "why", 0.99)) == ()
    assert actions(Said("large", "nlu_fallback", 0.4), replace(FORM, filled=("size",))) == ()
    assert actions(read("cancel"), replace(FORM, filled=("size",))) == (DEACTIVATE, "utter_cancelled", LISTEN)


def test_free_text_is_an_answer_unless_it_surely_steers_and_is_then_taken_back() -> None:
    form = replace(FORM, by_text=True, before="medium")
    assert actions(Said("how much", "price", 0.99), form) == ()
    plan = decide_in_form(Turn(read("person"), form), form, PROJECT)
    assert plan is not None
    assert plan.slots["size"] == "medium"


def test_leaving_empties_what_the_form_has() -> None:
    for pattern in ("cancel", "start_over"):
        plan = decide_in_form(Turn(read(pattern), FORM), FORM, PROJECT)
        assert plan is not None
        assert plan.slots == {"colour": None}


def test_who_cannot_answer_gets_help_once_and_is_then_let_go() -> None:
    assert actions(read("cannot_answer")) == ("utter_help_size", "order_form")
    plain = replace(FORM, requested="colour")
    assert actions(read("cannot_answer"), plain) == ("utter_cannot_answer", "order_form")
    left = actions(read("cannot_answer"), past=Past(unanswered=1))
    assert left == (DEACTIVATE, "utter_left_open", LISTEN)


def test_a_correction_sets_the_value_or_asks_for_the_slot_that_is_named() -> None:
    with_value = replace(FORM, others={"colour": "red"})
    plan = decide_in_form(Turn(read("correction"), with_value), with_value, PROJECT)
    assert plan is not None
    assert (plan.actions, plan.slots) == (("order_form",), {"colour": "red"})
    held = replace(FORM, held=("colour", "street_name"))
    plan = decide_in_form(Turn(read("correction", "no, the other colour"), held), held, PROJECT)
    assert plan is not None
    assert (plan.actions, plan.slots) == (("utter_correcting", "order_form"), {"colour": None})
    assert actions(read("correction"), replace(FORM, held=())) == ()


def test_what_is_not_understood_again_and_again_leads_to_a_person() -> None:
    met = [actions(read("other"), past=Past(misses=misses)) for misses in range(3)]
    assert met == [
        ("utter_ask_rephrase", "order_form"),
        ("utter_help_size", "order_form"),
        ("utter_offer_person", LISTEN),
    ]


def test_a_question_asked_in_vain_gets_help_then_the_offer_of_a_person() -> None:
    plans = [asked_in_vain(times, FORM, PROJECT) for times in range(1, 4)]
    assert [plan and plan.actions for plan in plans] == [
        None,
        ("utter_help_size", LISTEN),
        ("utter_offer_person", LISTEN),
    ]


def test_a_slot_that_a_no_fills_is_taken_back_from_what_is_surely_no_answer_to_it() -> None:
    form = OpenForm("order_form", "size", ("colour", "size"), by_answer=True)
    said = Said("I don't have that", "deny", 0.9, likeness=Likeness("cannot_answer", 0.95))
    plan = decide_in_form(Turn(said, form), form, PROJECT)
    assert plan is not None
    assert (plan.actions, plan.slots) == (("utter_help_size", "order_form"), {"size": None})
    assert decide_in_form(Turn(Said("no", "deny", 0.99), form), form, PROJECT) is None
