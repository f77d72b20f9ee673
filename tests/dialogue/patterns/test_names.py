"""The intents that are taken for patterns, and the responses that belong to slots."""

from dialogue.patterns.names import CANCEL, HELP, PERSON, STEERING, USUAL_INTENTS, patterns_by_intent, slot_help


def test_usual_intents_are_known_and_a_project_s_own_mapping_wins() -> None:
    patterns = patterns_by_intent({"stop": HELP, "get_me_out": CANCEL})
    assert patterns["human_handoff"] == PERSON
    assert (patterns["stop"], patterns["get_me_out"]) == (HELP, CANCEL)


def test_no_intent_means_two_patterns() -> None:
    intents = [intent for usual in USUAL_INTENTS.values() for intent in usual]
    assert len(intents) == len(set(intents))
    assert set(USUAL_INTENTS) >= STEERING


def test_the_help_of_a_slot_has_its_name() -> None:
    assert slot_help("order_number") == "utter_help_order_number"
