"""Answers about each of several things by what reviews and their own entries say, where the records do not."""

import re
from collections.abc import Sequence

from retrieval.answering.entry_answers import EntryAnswers
from retrieval.answering.phrasing import unknown
from retrieval.answering.product_answers import ProductAnswers
from retrieval.document import Document
from retrieval.question import Answer
from retrieval.questions.question_reading import Reading
from retrieval.reviews.judgements import judged_in
from retrieval.selection.selection import ProductSearch

MOST = 3  # things that are spoken of one by one
# How a question begins that asks of things, where "is there a nice hotel" looks for one.
_ASKS = re.compile(
    r"(?:(?:and|so|but|ok|okay|yes|well|great) )*(?:which|what|how|do|does|are|is|have|has)\b(?! (?:there|you)\b)"
)


class EachAnswers:
    """Speaks about several given products; thread-safe and without state."""

    def __init__(self, speak: ProductAnswers, rules: EntryAnswers) -> None:
        self._speak = speak
        self._rules = rules

    def about(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        """What reviews, or else their own entries, say of each of `products`; None where they say nothing."""
        return self._speak.judged_of_each(reading, products[:MOST]) or self._entries(reading, products[:MOST])

    def judged(self, reading: Reading, products: Sequence[Document], search: ProductSearch | None) -> Answer | None:
        """What is said of each to a question that judges, though it does not point at them.

        None for a question that may rather look for others; `search` is what it would look for.
        """
        if len(products) < 2 or not judged_in(reading.rest) or (search and not _is_of_these(reading, products, search)):
            return None
        return self._speak.judged_of_each(reading, products[:MOST])

    def _entries(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        told = [
            (product, self._rules.of_product(reading, product, self._speak.fact(reading, product)))
            for product in products
        ]
        if not any(entry for _, entry in told):
            return None
        texts = [_of(product, entry.text) if entry else unknown(product, "") for product, entry in told]
        sources = [source for _, entry in told if entry for source in entry.source_ids]
        return Answer(" ".join(texts), tuple(sources), None, None, 0.8)


def _is_of_these(reading: Reading, products: Sequence[Document], search: ProductSearch) -> bool:
    """Whether a question that could be a search asks of things of their kind that are there."""
    of_kind = search.goods.among([product.id for product in products])
    return _ASKS.match(reading.normal) is not None and len(of_kind) == len(products)


def _of(product: Document, text: str) -> str:
    """A text that says which product it is about."""
    return text if product.title.lower() in text.lower() else f"{product.title}: {text}"
