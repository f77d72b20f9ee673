"""Says what is not known so that a person can go on: what was understood, what is missing, and what is known."""

import re
from collections.abc import Sequence

from retrieval.answering.phrasing import list_of, named, spoken, unknown
from retrieval.document import Document
from retrieval.embedder import Vectors
from retrieval.properties.label_meanings import LabelMeanings

NOT_OURS = "We have nothing like that."
NO_OTHERS = "There are no others like that."
NEAREST = 2  # properties that are offered in place of one that is not known
MOST_KNOWN = 6  # properties that are named when a refusal would be said again
MOST_KINDS = 3  # kinds of things that are named then
_UNSPOKEN = re.compile(
    r"^(?:price|stock) in |^article number|^description$|\b(?:for|with|to|by|in|of|box|fits|supports)$"
)


def lacking(product: Document, what: str, vector: Vectors, meanings: LabelMeanings) -> str:
    """Say that `what` is not known of `product`, and which properties near to the question (`vector`) are.

    `vector`: float32 [dimension].
    """
    labels = _labels_of(product)
    near = meanings.likeness(labels, vector) if labels else {}
    offered = sorted(labels, key=lambda label: -near[label])[:NEAREST]
    said = unknown(product, what)
    return f"{said} I can tell you its {list_of(list(map(spoken, offered)))}." if offered else said


def again(product: Document | None, kinds: Sequence[str]) -> str:
    """Refuse what was just refused in other words, with more of what is known: of `product`, or `kinds` of things."""
    if product is None:
        return (
            f"I find nothing like that either. We have {list_of(kinds)}."
            if kinds
            else "I find nothing like that either."
        )
    labels = [spoken(label) for label in _labels_of(product)[:MOST_KNOWN]]
    known = f" What I know is its {list_of(labels)}." if labels else ""
    return f"That is not in what I have about {named(product)}, sorry.{known}"


def _labels_of(product: Document) -> list[str]:
    """The labels of a product that can be named in a sentence."""
    return [fact.label for fact in product.facts if not _UNSPOKEN.search(spoken(fact.label))]
