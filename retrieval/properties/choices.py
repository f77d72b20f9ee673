"""Finds what one variant of a product costs or whether it is there: `what does it cost in L`, `is the red one left`."""

from collections.abc import Sequence

from retrieval.document import Document, Fact
from retrieval.language.wording import words

BY_CHOICE = ("price", "stock")  # labels that records give for each variant, as `price in L`
MOST = 3  # variants that are told at once
_SIZES = {"small": "s", "medium": "m", "large": "l"}


def of_choice(product: Document, label: str, tokens: Sequence[str]) -> list[Fact]:
    """The facts that give `label`, price or stock, for the variants that `tokens` choose, in their order.

    Empty where no choice is said, or where it leaves many.
    """
    said = [_SIZES.get(token, token) for token in tokens]
    matched = [(_said_parts(fact, label, said), fact) for fact in product.facts if _is_of(fact, label)]
    most = max((count for count, _ in matched), default=0)
    found = [fact for count, fact in matched if count == most] if most else []
    return found if len(found) <= MOST else []


def _is_of(fact: Fact, label: str) -> bool:
    return fact.label.startswith(f"{label} in ")


def _said_parts(fact: Fact, label: str, said: Sequence[str]) -> int:
    """How many of the choices in the label of `fact` are said: both of `stock in Red, S`."""
    parts = [words(part) for part in fact.label.removeprefix(f"{label} in ").split(",")]
    return sum(_stand_in(part, said) for part in parts)


def _stand_in(part: Sequence[str], said: Sequence[str]) -> bool:
    return any(list(said[at : at + len(part)]) == list(part) for at in range(len(said) - len(part) + 1))
