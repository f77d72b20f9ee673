"""Which pattern a turn is: by the project's intent where that says it, else by the classifier where it is clear."""

from collections.abc import Mapping

from dialogue.patterns.names import FALLBACK, NO_MATCH, OTHER, STEERING
from dialogue.patterns.turn import Said

CLEAR = 0.7
"""The least probability against an intent that is unsure, or none of the project's business."""
SURE = 0.9
"""The least probability against the project's own intents."""
UNSURE_INTENT = 0.6
"""An intent of less confidence is unsure."""


def pattern_of(said: Said, patterns: Mapping[str, str]) -> str:
    """Return the pattern of what was said, empty for none; `patterns` has that of each intent."""
    named = patterns.get(said.intent, "")
    read, probability = said.likeness.pattern, said.likeness.probability
    if named in STEERING and not (read in STEERING and probability >= SURE):
        return named
    bound = SURE if not named and said.intent and said.confidence >= UNSURE_INTENT else CLEAR
    if read != OTHER and probability >= bound and (read in STEERING or named in ("", NO_MATCH)):
        return read
    return named or (NO_MATCH if said.intent in ("", FALLBACK) else "")


def is_sure(said: Said, pattern: str, patterns: Mapping[str, str]) -> bool:
    """Return whether a pattern is sure enough to keep free text from a form that asks for it."""
    if said.likeness.pattern == pattern and said.likeness.probability >= SURE:
        return True
    return patterns.get(said.intent) == pattern and said.confidence >= SURE
