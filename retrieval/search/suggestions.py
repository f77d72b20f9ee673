"""Questions that an index answers, for somebody who does not know yet what can be asked."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval.document import FAQ, Document, Fact
from retrieval.index.index_folder import current_catalogue
from retrieval.language.labels import plain_label

PRODUCTS_LOOKED_AT = 12
LONGEST_QUESTION = 70  # characters
LONGEST_VALUE = 40  # of a fact that is asked for
PRICE = "price"
SEPARATORS = re.compile(r"[/>]")  # between the steps of a category
_EVERYDAY = frozenset({PRICE, "stock"})  # asked of everything; they do not show what a record knows
_NO_VALUES = frozenset({"yes", "no", "true", "false"})


def suggested_questions(index_dir: Path) -> tuple[str, ...]:
    """At most four questions: a price, another fact, a kind of product, and an entry that is a question itself.

    Raises IndexUnusableError when there is no index, or none that can be read.
    """
    with current_catalogue(index_dir) as catalogue:
        products = catalogue.important_products(PRODUCTS_LOOKED_AT)
        entries = catalogue.titles(FAQ)
    return tuple(_questions(products, entries))


def _questions(products: Sequence[Document], entries: Sequence[str]) -> Iterator[str]:
    kinds = (
        (f"How much is {product.with_article()}?" for product in products if product.fact(PRICE)),
        (_asking(product, fact) for product in reversed(products) for fact in product.facts if _is_askable(fact)),
        (f"Show me {_kind(product)}" for product in products if product.category),
        (title for title in entries if title.endswith("?")),
    )
    for questions in kinds:
        if (question := next((text for text in questions if len(text) <= LONGEST_QUESTION), None)) is not None:
            yield question


def _is_askable(fact: Fact) -> bool:
    return fact.slug not in _EVERYDAY and len(fact.text) <= LONGEST_VALUE and fact.text.lower() not in _NO_VALUES


def _asking(product: Document, fact: Fact) -> str:
    return f"What is the {plain_label(fact.label).text} of {product.with_article()}?"


def _kind(product: Document) -> str:
    return SEPARATORS.split(product.category)[-1].strip().lower()
