"""Reckons what several of a thing cost, or two things together, from the prices that the catalogue states."""

import re
from collections.abc import Sequence

from retrieval.document import Document
from retrieval.language.money import format_price, money_of

MOST = 1000  # of one thing; a larger number is no count
_UNITS = r"(?:pairs?|nights?|pieces?|packs?|sets?|units?|boxes|bottles?|of (?:it|them|those|these)|of)"
_COUNT = re.compile(rf"\b(\d+) (?:{_UNITS}|\w+s of)\b|\bfor (\d+)$")
_PRICE = re.compile(r"\b(?:how much|costs?|pay|price|total|come to)\b")
_TOGETHER = re.compile(r"\b(?:together|altogether|in total|in all|the total|for both|sum)\b")
_APART = re.compile(r"\bhow much (?:more|less|cheaper|dearer|more expensive)\b|\bdifference in price\b")


def sum_of(rest: str, products: Sequence[Document]) -> str | None:
    """The sentence that reckons what `rest` asks of one or two products; None where it asks for no sum.

    `rest` is the question without the products' names, in lower case, with numbers in digits.
    """
    prices = [_price_of(product) for product in products]
    if not _PRICE.search(rest) or None in prices:
        return None
    amounts = [price for price in prices if price]
    if len(products) == 1:
        return _several(rest, products[0], *amounts[0])
    if len(products) != 2 or amounts[0][1] != amounts[1][1]:
        return None
    (first, currency), (second, _) = amounts
    if _TOGETHER.search(rest):
        return f"Together that is {format_price(first + second, currency)}."
    if _APART.search(rest) and first != second:
        more = products[0] if first > second else products[1]
        return f"The {more.title.removeprefix('The ')} costs {format_price(abs(first - second), currency)} more."
    return None


def _several(rest: str, product: Document, amount: float, currency: str) -> str | None:
    found = _COUNT.search(rest)
    count = int(found[1] or found[2]) if found else 0
    if not 1 < count <= MOST:
        return None
    return f"{count} times {format_price(amount, currency)} is {format_price(count * amount, currency)}."


def _price_of(product: Document) -> tuple[float, str] | None:
    """The amount and currency of a product's price; None where it states none."""
    fact = product.fact("price")
    money = money_of(fact.text) if fact else None
    return (money.amount, money.currency) if money and money.currency else None
