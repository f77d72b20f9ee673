"""Which pattern a turn is, between the project's intents and the classifier."""

import pytest

from dialogue.patterns.meaning import CLEAR, SURE, UNSURE_INTENT, is_sure, pattern_of
from dialogue.patterns.names import patterns_by_intent
from dialogue.patterns.recognizer import Likeness
from dialogue.patterns.turn import Said

PATTERNS = patterns_by_intent({})
BETWEEN = (CLEAR + SURE) / 2


def said(intent: str, confidence: float, read: str, probability: float) -> Said:
    return Said("words", intent, confidence, likeness=Likeness(read, probability))


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (said("stop", 0.99, "other", 0.9), "cancel"),
        (said("stop", 0.99, "complaint", SURE), "complaint"),  # the classifier is surer of its own kind
        (said("stop", 0.99, "complaint", BETWEEN), "cancel"),
        (said("ask_price", 0.99, "person", BETWEEN), ""),  # a sure intent of the project needs more against it
        (said("ask_price", 0.99, "person", SURE), "person"),
        (said("ask_price", UNSURE_INTENT / 2, "person", BETWEEN), "person"),
        (said("ask_price", 0.99, "other", 1.0), ""),
        (said("nlu_fallback", 0.5, "repeat", BETWEEN), "repeat"),
        (said("nlu_fallback", 0.5, "other", 1.0), "no_match"),
        (said("", 0.0, "other", 0.0), "no_match"),
        (said("affirm", 0.99, "thanks", SURE), "yes"),  # a courtesy does not outdo the project's own
    ],
)
def test_the_project_s_intents_and_the_classifier_together_say_the_pattern(what: Said, pattern: str) -> None:
    assert pattern_of(what, PATTERNS) == pattern


def test_free_text_is_kept_from_a_form_only_by_what_is_sure() -> None:
    assert is_sure(said("ask_price", 0.9, "cancel", SURE), "cancel", PATTERNS)
    assert is_sure(said("stop", SURE, "other", 0.9), "cancel", PATTERNS)
    assert not is_sure(said("stop", 0.8, "cancel", BETWEEN), "cancel", PATTERNS)
