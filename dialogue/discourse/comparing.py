"""Hears that more or less of something is wanted than what was shown has: "something cheaper", "too heavy"."""

import re

from retrieval.language.wording import word_set
from retrieval.question import Comparison

_NO_ADJECTIVES = word_set("much many late early soon bad often long-winded fast. that so it this not and or but to")
_EXCESS = re.compile(r"\b(?:too|less|not (?:so|that|as|quite so|too)) (?P<adjective>[a-z]{3,})\b", re.IGNORECASE)
_TOO_MUCH = re.compile(
    r"\btoo much(?! \w)|\b(?:over|above|out of|beyond) my budget\b|\bcan(?:no|')t afford\b", re.IGNORECASE
)
_BETTER = r"(?:[a-z]{2,}er|more [a-z]{4,})"
_COMPARATIVE = re.compile(
    rf"\b(?:something|anything|somewhere|one|ones|any|a|an|bit|lot|much|it|slightly|need|want|prefer|any other)\s+"
    rf"(?:\w+ )?(?P<first>{_BETTER})\b(?! than| to\b)|^\W*(?P<bare>{_BETTER})(?: ones?| please| then)*\W*$",
    re.IGNORECASE,
)
_NO_COMPARATIVES = word_set(
    "other another either neither whether ever never over under after water number order paper offer cover river "
    "summer winter dinner computer printer user owner member center father mother brother sister matter further later "
    "together rather power laser timer filter monitor speaker player toaster cooker charger helper leather corner"
)


def compared_in(text: str) -> Comparison | None:
    """Return in which respect something else is wanted, with a text that ranks by it; None where nothing is compared.

    What is said to be too much of something is wanted the other way round.
    """
    if _TOO_MUCH.search(text):
        return Comparison("something cheaper", is_opposite=False)
    if (excess := _EXCESS.search(text)) and (adjective := excess["adjective"].lower()) not in _NO_ADJECTIVES:
        return Comparison(f"something {_comparative(adjective)} or more {adjective}", is_opposite=True)
    for found in _COMPARATIVE.finditer(text):
        better = (found["first"] or found["bare"]).lower()
        if better not in _NO_COMPARATIVES:
            return Comparison(f"something {better}", is_opposite=False)
    return None


def _comparative(adjective: str) -> str:
    """The comparative of a short adjective: heavier, bigger, larger."""
    if adjective.endswith("y"):
        return f"{adjective[:-1]}ier"
    if adjective.endswith("e"):
        return f"{adjective}r"
    is_doubled = re.search(r"[^aeiou][aeiou][bdgnt]$", adjective)
    return f"{adjective}{adjective[-1]}er" if is_doubled else f"{adjective}er"
