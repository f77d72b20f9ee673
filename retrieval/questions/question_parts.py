"""Cuts a question that asks for several things into its parts, and joins their answers."""

import re
from collections.abc import Sequence

from retrieval.language.wording import sentences, word_set, words
from retrieval.question import Answer

MAX_PARTS = 3
_REQUESTS = word_set("please tell give need could can also know show send let get find looking which what how")
_KEPT = "\x1f"  # stands for an `and` where no part ends
_JOINT = re.compile(r"\s*(?:[?;.!]\s+(?:and\s+)?|,\s+(?:and\s+)?|\band\s+)", re.IGNORECASE)
# What is said before a question: "Yes, that is perfect. What does it cost and is it in stock?"
_ASSENT = re.compile(
    r"(?:oh|ok|okay|yes|yeah|yep|no|sure|great|perfect|good|nice|right|alright|thanks|thank you|well|hi|hello|please|"
    r"that(?: is|'s| works| sounds| will)|this(?: is| works)|(?:it )?sounds|everything|"
    r"i (?:want|like|will take) (?:this|that|it))\b[^?]*$",
    re.IGNORECASE,
)


def parts_of(text: str, names: Sequence[Sequence[str]] = ()) -> list[str]:
    """The parts of a question between `and`, commas and ends of sentences; none where there is only one, or many.

    `names` are the tokens of names in it, which stay whole: `the Bed and Breakfast`.
    """
    single_spaced = " ".join(text.split())  # in a run of spaces, the pattern would begin at every one
    for name in names:
        single_spaced = re.sub(_spelled(name), lambda found: _with_and(found[0], _KEPT), single_spaced)
    parts = [part for part in _JOINT.split(single_spaced) if any(map(str.isalnum, part))]
    parts = [part.replace(_KEPT, "and") for part in parts]
    while len(parts) > 1 and _ASSENT.match(parts[0]):
        parts = parts[1:]
    return parts if 1 < len(parts) <= MAX_PARTS else []


def question_of(text: str) -> str | None:
    """The one sentence of a text that asks, where the others only tell: `I want to see the mill. Where is it?`."""
    said = sentences(text)
    asking = [each for each in said if each.endswith("?")]
    others = {word for each in said if each not in asking for word in words(each)}
    return asking[0] if len(asking) == 1 and len(said) > 1 and others.isdisjoint(_REQUESTS) else None


def _spelled(name: Sequence[str]) -> str:
    """The pattern of a name in a text."""
    return r"(?i:" + r"(?:'s)?\W+".join(map(re.escape, name)) + ")"


def _with_and(text: str, kept: str) -> str:
    return re.sub(r"\band\b", kept, text, flags=re.IGNORECASE)


def joined(answers: Sequence[Answer]) -> Answer:
    """One answer that says all of `answers`, and is as sure as the least sure of them."""
    products = {(each.product_id, each.product_name) for each in answers}
    product_id, name = products.pop() if len(products) == 1 else (None, None)
    return Answer(
        " ".join(each.text for each in answers),
        tuple(dict.fromkeys(source for each in answers for source in each.source_ids)),
        product_id,
        name,
        min(each.confidence for each in answers),
    )
