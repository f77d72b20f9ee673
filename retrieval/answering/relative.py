"""Turns a wish that looks back at what was shown into one that stands alone: `something cheaper` is `under 23.99`."""

import re
from collections.abc import Sequence

from retrieval.document import Document
from retrieval.language.concepts import Asked
from retrieval.language.wording import words
from retrieval.properties.facts import BRAND, fact_for
from retrieval.selection.picking import amount_of

_NEAR = 0.001  # the share by which something has to be better
_CENT = 0.01
_THAT = re.compile(
    r"(?P<before>\b(?:not|other than|except|without|from|in|by|of|with|for)\s+(?:(?:from|in|by|of|with|for) )?)"
    r"(?:that|this) (?P<label>[a-z]+)\b",
    re.IGNORECASE,
)
_BRANDS = frozenset({"brand", "make", "maker", "manufacturer", "company", "firm", "label", "author"})
_UNITS = {"gram": "grams", "second": "seconds", "metre": "metres", "litre": "litres", "byte": "bytes", "watt": "watts"}


def better_than(products: Sequence[Document], asked: Asked, direction: int) -> str | None:
    """The wish for more (`direction` +1) or less (-1) of a property than all of `products` have; None if unknown."""
    amounts = [amount for product in products if (amount := amount_of(product, asked.concept))]
    if not amounts:
        return None
    unit = amounts[0][0]
    same = [value for each, value in amounts if each == unit]
    bound = min(same) if direction < 0 else max(same)
    how = "under" if direction < 0 else "over"
    if asked.concept.labels[0] == "price":
        return f"{how} {bound + direction * _CENT:.2f} dollars"  # whatever the currency is: a price is meant
    if unit in _UNITS:
        return f"{how} {bound * (1 + direction * _NEAR):.6g} {_UNITS[unit]}"
    fact = fact_for(products[0], asked.concept)
    return f"{how} {bound + direction * _CENT:g} {fact.label}" if fact else None


def with_values(text: str, product: Document) -> str:
    """`text` with the product's own value for `that brand` or `that area`, after a word that makes it a wish."""

    def value(found: re.Match[str]) -> str:
        label = found["label"].lower()
        if label in _BRANDS and product.brand:
            return f"{found['before']}{product.brand}"
        facts = [
            fact for fact in product.facts if label in words(fact.label) or (label in _BRANDS and fact.slug == BRAND)
        ]
        return f"{found['before']}{facts[0].text}" if facts else found[0]

    return _THAT.sub(value, text)
