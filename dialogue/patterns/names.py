"""The patterns, the intents that projects usually have for them, and the responses that they say."""

from collections.abc import Mapping

CANCEL, START_OVER, REPEAT, SLOWER, HELP = "cancel", "start_over", "repeat", "slower", "help"
PERSON, CANNOT_ANSWER, COMPLAINT, CORRECTION = "person", "cannot_answer", "complaint", "correction"
YES, NO, THANKS, GREETING, GOODBYE = "yes", "no", "thanks", "greeting", "goodbye"
SILENCE, NO_MATCH, OTHER = "silence", "no_match", "other"
DIGRESSION, SWITCH, AGAIN, SUGGESTION, QUESTION = "digression", "switch", "again", "suggestion", "question"

STEERING = frozenset({CANCEL, START_OVER, REPEAT, SLOWER, HELP, PERSON, CANNOT_ANSWER, COMPLAINT, CORRECTION})
"""What is said to steer the conversation; the other patterns are courtesies and short answers."""

USUAL_INTENTS: Mapping[str, tuple[str, ...]] = {
    CANCEL: ("stop", "cancel", "abort", "nevermind", "never_mind", "cancel_form", "stop_form", "quit", "exit"),
    START_OVER: ("start_over", "begin_again", "reset"),
    REPEAT: ("repeat", "say_again", "repeat_that", "repeat_last", "ask_repeat"),
    SLOWER: ("slower", "slow_down", "speak_slower"),
    HELP: ("help", "ask_help", "get_help", "what_can_you_do", "capabilities", "ask_capabilities"),
    PERSON: (
        "human_handoff", "request_human", "talk_to_human", "talk_to_person", "speak_to_human", "contact_human",
        "speak_to_agent", "talk_to_agent", "live_agent", "human", "agent", "operator",
    ),
    CANNOT_ANSWER: ("dont_know", "do_not_know", "dont_have_it", "no_idea", "cannot_answer"),
    COMPLAINT: ("complain_about_bot", "frustration", "frustrated"),
    CORRECTION: ("correction", "correct", "make_correction"),
    YES: ("affirm", "yes", "confirm", "agree"),
    NO: ("deny", "no", "disagree", "decline"),
    THANKS: ("thank", "thanks", "thankyou", "thank_you"),
    GREETING: ("greet", "greeting", "hello"),
    GOODBYE: ("goodbye", "bye", "farewell"),
    SILENCE: ("silence", "no_input", "user_silent"),
    NO_MATCH: ("nlu_fallback", "out_of_scope"),
}  # fmt: skip
"""By pattern, the intents that are taken for it without a word in config.yml."""

FALLBACK = "nlu_fallback"
LISTEN, DEACTIVATE = "action_listen", "action_deactivate_loop"

CANCELLED, NOTHING_TO_CANCEL, STARTED_OVER = "utter_cancelled", "utter_nothing_to_cancel", "utter_started_over"
SLOWLY, GENERAL_HELP, HANDOVER = "utter_slower", "utter_help", "utter_handover"
CANNOT_ANSWER_HELP, LEFT_OPEN = "utter_cannot_answer", "utter_left_open"
APOLOGY, OFFER, DECLINED, CORRECTING = "utter_apologize", "utter_offer_person", "utter_declined", "utter_correcting"
REPHRASE, EXAMPLES, FAREWELL, STILL_THERE = "utter_ask_rephrase", "utter_examples", "utter_goodbye", "utter_still_there"


def slot_help(slot: str) -> str:
    """Return the name of the response that helps with a slot."""
    return f"utter_help_{slot}"


def suggestion_of(intent: str) -> str:
    """Return the name of the response that asks whether an intent was meant."""
    return f"utter_suggest_{intent}"


def patterns_by_intent(own: Mapping[str, str]) -> dict[str, str]:
    """Return the pattern of each intent: the usual ones, and those of a config.yml, which win."""
    usual = {intent: pattern for pattern, intents in USUAL_INTENTS.items() for intent in intents}
    return {**usual, **own}
