"""What was found: the passage that every retriever returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of product knowledge that can be quoted.

    `id` is stable and unique, and is what a reply cites: `kind:document` or `kind:document#fact`, such as
    `product:pulse-buds-2#battery`, `faq:return-window`, `review:r0042`. `document_id` is the part before `#`.
    `score` says how well the passage fits the question, higher is better; only scores of one search compare.
    """

    id: str
    document_id: str
    kind: str
    title: str
    text: str
    score: float
