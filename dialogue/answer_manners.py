"""The actions that answer from the knowledge base: their names in a domain, and how sure of an answer each is."""

from dataclasses import dataclass

ANSWER_ACTION = "action_answer_question"
NO_ANSWER_RESPONSE = "utter_no_answer"


@dataclass(frozen=True, slots=True)
class AnswerManner:
    """How an answering action answers."""

    action: str
    """Its name in the domain."""

    least_confidence: float
    """An answer below this is not given; 0..1."""


MANNERS = (
    AnswerManner(ANSWER_ACTION, least_confidence=0.0),
    # For what was not understood, or seems to be none of our business: only what is likely an answer. From 0.5 nothing
    # off topic among the demo's development questions is answered.
    AnswerManner("action_answer_if_sure", least_confidence=0.5),
)
ANSWER_ACTIONS = frozenset(manner.action for manner in MANNERS)
REPEAT_ACTION = "action_repeat"
SHIPPED_ACTIONS = ANSWER_ACTIONS | {REPEAT_ACTION}
"""The actions that need no code in a project."""
RENAMED_ACTIONS = {"action_answer_policy": "action_answer_question"}
"""Names that an answering action had in earlier versions."""
