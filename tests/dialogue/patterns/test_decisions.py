"""What the patterns do outside a form, and after an offer."""

import pytest

from dialogue.answer_manners import ANSWER_ACTION
from dialogue.patterns.decisions import decide
from dialogue.patterns.habits import Habits
from dialogue.patterns.names import LISTEN, patterns_by_intent
from dialogue.patterns.project import Project
from dialogue.patterns.recognizer import Likeness
from dialogue.patterns.turn import PERSON_OFFERED, EndedForm, OpenForm, Past, Plan, Said, Turn

SHIPPED = {
    "utter_nothing_to_cancel", "utter_started_over", "action_repeat", "utter_slower", "utter_help", "utter_handover",
    "utter_apologize", "utter_offer_person", "utter_declined", "utter_ask_rephrase", "utter_examples",
    "utter_still_there", "utter_suggest_price",
}  # fmt: skip
PATTERNS = patterns_by_intent({})
PROJECT = Project(Habits(answers={"price": ("action_price",)}, known=("price",)), frozenset(SHIPPED), PATTERNS)


def read(pattern: str) -> Said:
    """Something that the classifier is sure of and the project has no intent for."""
    return Said("words", "nlu_fallback", 0.5, likeness=Likeness(pattern, 0.95))


def actions(turn: Turn, project: Project = PROJECT) -> tuple[str, ...]:
    plan = decide(turn, project)
    return plan.actions if plan else ()


@pytest.mark.parametrize(
    ("pattern", "done"),
    [
        ("cancel", ("utter_nothing_to_cancel", LISTEN)),
        ("start_over", ("utter_started_over", LISTEN)),
        ("repeat", ("action_repeat", LISTEN)),
        ("slower", ("utter_slower", "action_repeat", LISTEN)),
        ("help", ("utter_help", LISTEN)),
        ("person", ("utter_handover", LISTEN)),
        ("complaint", ("utter_apologize", "utter_offer_person", LISTEN)),
        ("silence", ("utter_still_there", LISTEN)),
    ],
)
def test_each_pattern_does_its_own(pattern: str, done: tuple[str, ...]) -> None:
    assert actions(Turn(read(pattern))) == done


def test_what_the_project_knows_is_left_to_it() -> None:
    assert decide(Turn(Said("how much", "price", 0.99)), PROJECT) is None
    own = Project(Habits(known=("stop",)), PROJECT.actions, PATTERNS)
    assert decide(Turn(Said("stop", "stop", 0.99)), own) is None


@pytest.mark.parametrize("intent", ["thank", "deny", "affirm", "greet"])
def test_small_talk_that_says_more_is_a_question(intent: str) -> None:
    knowing = Project(
        Habits(answers={intent: ("utter_x",)}, known=(intent,)), PROJECT.actions | {ANSWER_ACTION}, PATTERNS
    )
    said = Said("thanks, and the blue one?", intent, 0.99)
    assert actions(Turn(said, says_something=True), knowing) == (ANSWER_ACTION, LISTEN)
    assert decide(Turn(said), knowing) is None
    assert decide(Turn(said, says_something=True), PROJECT) is None
    assert ANSWER_ACTION not in actions(Turn(said, OpenForm("order"), says_something=True), knowing)


def test_what_points_at_an_answer_is_a_question_whatever_it_sounds_like() -> None:
    knowing = Project(Habits(), PROJECT.actions | {ANSWER_ACTION}, PATTERNS)
    for pattern in ("cancel", "help", "complaint"):
        assert actions(Turn(read(pattern), points_back=True), knowing) == (ANSWER_ACTION, LISTEN)
        assert ANSWER_ACTION not in actions(Turn(read(pattern), says_something=True), knowing)
    assert ANSWER_ACTION not in actions(Turn(read("person"), points_back=True), knowing)


def test_a_hand_over_is_signalled_whoever_says_it() -> None:
    own = Project(Habits(answers={"agent": ("utter_call_us",)}, known=("agent",)), PROJECT.actions, PATTERNS)
    for plan in (decide(Turn(read("person")), PROJECT), decide(Turn(Said("an agent", "agent", 0.99)), own)):
        assert plan is not None
        assert plan.signal == "handover"


def test_what_is_not_understood_is_met_with_more_help_each_time() -> None:
    said = read("other")
    met = [actions(Turn(said, past=Past(misses=misses)))[0] for misses in range(4)]
    assert met == ["utter_ask_rephrase", "utter_examples", "utter_offer_person", "utter_offer_person"]


def test_an_intent_that_no_rule_and_no_story_has_is_not_met_with_silence() -> None:
    assert actions(Turn(Said("silver", "inform", 0.99))) == ("utter_ask_rephrase", LISTEN)


def test_the_project_s_own_refusal_is_not_said_twice_on_end() -> None:
    habits = Habits(answers={"out_of_scope": ("utter_not_ours",)}, known=("out_of_scope",))
    project, said = Project(habits, PROJECT.actions, PATTERNS), Said("x", "out_of_scope", 0.9)
    assert actions(Turn(said), project) == ("utter_not_ours", LISTEN)
    again = Turn(said, past=Past(misses=1, said=("utter_not_ours",)))
    assert actions(again, project) == ("utter_examples", LISTEN)


def test_a_likely_intent_is_suggested_and_taken_with_a_yes() -> None:
    plan = decide(Turn(Said("x", "nlu_fallback", 0.4, ("price",), Likeness("other", 0.9))), PROJECT)
    assert plan is not None
    assert (plan.actions, plan.offer) == (("utter_suggest_price", LISTEN), "price")
    taken = decide(Turn(Said("yes", "affirm", 0.99), past=Past(offer="price")), PROJECT)
    assert taken == Plan("suggestion", ("action_price", LISTEN), as_intent="price")


@pytest.mark.parametrize(("intent", "done"), [("affirm", "utter_handover"), ("deny", "utter_declined")])
def test_an_offered_person_is_taken_or_declined(intent: str, done: str) -> None:
    turn = Turn(Said("x", intent, 0.99), past=Past(offer=PERSON_OFFERED))
    assert actions(turn) == (done, LISTEN)


def test_a_declined_person_leads_back_into_the_form() -> None:
    turn = Turn(Said("no", "deny", 0.99), OpenForm("form", "size", ("size",)), past=Past(offer=PERSON_OFFERED))
    assert actions(turn) == ("utter_declined", "form")


def test_a_form_that_just_ended_is_gone_through_again_with_the_value_corrected() -> None:
    ended = EndedForm("form", {"size": "small", "sure": True}, {"size": "large"}, ("sure",))
    plan = decide(Turn(read("correction"), ended=ended), PROJECT)
    assert plan is not None
    assert (plan.actions, plan.slots) == (("form",), {"size": "large", "sure": None})
    assert decide(Turn(read("correction"), ended=EndedForm("form", {"size": "small"}, {})), PROJECT) is None


def test_several_intents_are_answered_one_after_the_other_and_a_form_comes_last() -> None:
    habits = Habits(answers={"price": ("action_price",)}, starts={"order": "order_form"}, known=("price", "order"))
    project = Project(habits, PROJECT.actions, PATTERNS)
    assert actions(Turn(Said("x", "order+price", 0.99)), project) == ("action_price", "order_form")
