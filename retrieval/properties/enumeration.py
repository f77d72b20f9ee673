"""Finds the properties that one question lists by their names: `the address, the postcode and the phone number`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.document import Document, Fact
from retrieval.language.concepts import DESCRIPTION, Concept
from retrieval.language.labels import plain_label, singular
from retrieval.language.wording import STOP_WORDS, word_set
from retrieval.properties.facts import fact_for

MAX_LABEL_WORDS = 3  # of a label that is looked for
MAX_BETWEEN = 8  # words between two names of a list
_JOINTS = word_set("and or plus including with also well along")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W\d_]+)?|[,;.?!]")
_SIGNS = frozenset(",;.?!")


@dataclass(frozen=True, slots=True)
class Named:
    """A property that stands in a question by its name, from token `start` to `end`; `fact` states it of a product."""

    fact: Fact
    concept: Concept | None
    start: int
    end: int


def listed_in(text: str, product: Document, concepts: Sequence[Concept]) -> list[Named]:
    """The facts of `product` that `text` lists, in its order; none unless they are several.

    `concepts` are the properties that may be meant, most likely first.
    """
    tokens = [singular(token) for token in _TOKEN.findall(text.lower())]
    known = _names_of(product, concepts)
    found: list[Named] = []
    for named in _spans(tokens, known):
        if found and not _goes_on(tokens[found[-1].end : named.start]):
            break
        if named.fact not in [other.fact for other in found]:
            found.append(named)
        else:
            found[-1] = Named(found[-1].fact, found[-1].concept, found[-1].start, named.end)
    return found if len(found) > 1 else []


def _names_of(product: Document, concepts: Sequence[Concept]) -> dict[tuple[str, ...], tuple[Fact, Concept | None]]:
    """The words by which the facts of a product are called, by their own labels before those of concepts."""
    names: dict[tuple[str, ...], tuple[Fact, Concept | None]] = {}
    for fact in product.facts:
        names.setdefault(plain_label(fact.label).words, (fact, None))
    for concept in concepts:
        stated = None if concept.name == DESCRIPTION else fact_for(product, concept)
        if stated:
            for label in (concept.name, *concept.labels):
                names.setdefault(plain_label(label).words, (stated, concept))
    return names


def _spans(tokens: Sequence[str], known: dict[tuple[str, ...], tuple[Fact, Concept | None]]) -> Iterator[Named]:
    """The names in `tokens`, the longest at each place."""
    at = 0
    while at < len(tokens):
        ends = range(min(at + MAX_LABEL_WORDS, len(tokens)), at, -1)
        end = next((end for end in ends if tuple(tokens[at:end]) in known), None)
        if end:
            yield Named(*known[tuple(tokens[at:end])], at, end)
        at = end or at + 1


def _goes_on(between: Sequence[str]) -> bool:
    """Whether what stands between two names makes them a list: a joint, or words that say nothing."""
    if len(between) > MAX_BETWEEN:
        return False
    return any(token in _JOINTS or token in _SIGNS for token in between) or all(
        token in STOP_WORDS for token in between
    )
