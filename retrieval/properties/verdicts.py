"""Says yes or no to a question about a property, where the fact that states it decides."""

import re
from collections.abc import Collection

from retrieval.document import Document, Fact
from retrieval.filtering import in_stock
from retrieval.language.concepts import Concept
from retrieval.language.labels import plain_label
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import stem, word_set
from retrieval.properties.limits import Limit, limits_of

_YES_OR_NO = re.compile(
    r"(?:(?:so|and|but|well|ok|okay|yes|no|also|please|hi|hello|sorry|great|thanks) )*"
    r"(?P<verb>is|are|isn't|aren't|does|do|doesn't|did|has|have|was|were|will|would|can|could|may)\b(?!.* or )"
)
_NEGATED = re.compile(r"\b(?:not|no|without|never|\w+n't|free of)\b")
_GONE = re.compile(r"\b(?:sold out|out of stock|gone|unavailable)\b")
_YES = word_set("yes true y ja oui si available included allowed x \u2713 \u2714")
_NO = word_set("no false n nein non none not unavailable \u2717 \u2718")
# Words of a question that ask for no value of their own.
_NEUTRAL = word_set(
    "made make come com real really colour color material available sold use used get buy have there kind type any some"
)
_CONDITIONS = word_set("free includ extra")


def asks_yes_or_no(text: str) -> bool:
    """Whether `text` (normalised) begins as a question does that yes or no answers."""
    return _YES_OR_NO.match(text) is not None


def truth_of(fact: Fact) -> bool | None:
    """Whether a fact is a mere yes or no, and which; None for one that says more."""
    value = fact.text.strip().rstrip(".").lower()
    return True if value in _YES else False if value in _NO else None


def verdict(text: str, rest: str, product: Document, fact: Fact, concept: Concept | None) -> bool | None:
    """Whether `fact` of `product` means yes or no to the question `text` (normalised); None where it does neither.

    `rest` is the question without the product's name, `concept` the property that it asks for, where that is known.
    """
    if not asks_yes_or_no(text):
        return None
    if limits := limits_of(text):
        return _within(limits[0], product, fact)
    if fact.slug == "stock":
        there = in_stock(product)
        return None if there is None else there != bool(_GONE.search(text))
    if _NEGATED.search(text):
        return None
    asked = stems_of(rest)
    truth = truth_of(fact)
    if truth is not None:
        return truth
    if _is_denied(fact):
        return False
    if concept and concept.has:
        return True if asked.isdisjoint(_CONDITIONS) or asked & _CONDITIONS & stems_of(fact.text) else None
    return _says_value(asked, fact, concept)


def _within(limit: Limit, product: Document, fact: Fact) -> bool | None:
    """Whether the fact's amount is within a limit; None where it gives none."""
    if limit.unit:
        return limit.lets_through(Document(product.id, product.kind, "", "", facts=(fact,)))
    return None if fact.number is None else limit.low <= fact.number <= limit.high


def _is_denied(fact: Fact) -> bool:
    return re.match(r"(?:none|no|not)\b", fact.text.lower()) is not None


def _says_value(asked: Collection[str], fact: Fact, concept: Concept | None) -> bool | None:
    """Whether the question names a value, and the fact has it."""
    names = {stem(word) for word in plain_label(fact.label).words}
    wanted = {word for word in asked if word not in names and word not in _NEUTRAL}
    stated = stems_of(fact.text)
    if wanted and wanted <= stated:
        return True
    others = wanted & {stem(word) for word in concept.values} if concept else set()
    known = stated & {stem(word) for word in concept.values} if concept else set()
    return False if others and known and others.isdisjoint(stated) else None
