"""What a project has for the patterns."""

from dialogue.patterns.habits import Habits
from dialogue.patterns.names import patterns_by_intent
from dialogue.patterns.project import Project

HABITS = Habits(answers={"agent": ("utter_call_us",), "greet": ("utter_hi",), "price": ("action_price",)})
PROJECT = Project(HABITS, frozenset({"utter_help", "utter_handover"}), patterns_by_intent({}))


def test_the_project_s_own_answer_goes_before_the_shipped_response() -> None:
    assert PROJECT.handover == ("utter_call_us",)
    assert PROJECT.help == ("utter_help",)
    assert Project(Habits(), PROJECT.actions).handover == ("utter_handover",)


def test_responses_that_the_domain_lacks_are_left_out() -> None:
    assert PROJECT.first("utter_none", "utter_help", "utter_handover") == ("utter_help",)
    assert PROJECT.first("utter_none") == ()
    assert PROJECT.all_of("utter_none", "utter_handover", "utter_help") == ("utter_handover", "utter_help")


def test_several_intents_are_answered_in_turn_or_not_at_all() -> None:
    assert PROJECT.answer_to("greet+price") == ("utter_hi", "action_price")
    assert PROJECT.answer_to("greet+unknown") == ()
