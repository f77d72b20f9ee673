"""Which passages and documents may be found: what a question sets in addition to its words."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from retrieval.document import CONCEPT, Document

IN_STOCK_TEXTS = ("in stock", "low in stock")
_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Filter:
    """What may be found. Every test that is set must pass; one that is None lets everything through.

    `kind` and `document_id`: of that kind, of that document. `about`: what is about that product, its reviews and
    the FAQ entries that hold for it alone; empty: what is about none. The others let
    only products through, and an empty name lets none: `brand` in any case; `category` and everything below it
    (`Audio` has `Audio > Earbuds`); prices from `min_price` to `max_price`, ends included, in the product's own
    currency; `in_stock` those that are said to be there (True) or not (False).

    Concepts are found only when they are the kind that is asked for.
    """

    kind: str | None = None
    document_id: str | None = None
    about: str | None = None
    brand: str | None = None
    category: str | None = None
    min_price: float | None = None
    max_price: float | None = None
    in_stock: bool | None = None

    def as_sql(self) -> tuple[str, tuple[object, ...]]:
        """The tests as SQL over a row `d` of the documents, and their parameters."""
        tests: dict[str, tuple[object, ...]] = {}
        for column, value in (("kind", self.kind), ("id", self.document_id), ("about", self.about)):
            if value is not None:
                tests[f"d.{column} = ?"] = (value,)
        if self.brand is not None:
            tests["d.brand_key = nullif(?, '')"] = (folded(self.brand),)
        if self.category is not None:
            tests["(d.category_key = nullif(?, '') OR d.category_key BETWEEN ? AND ?)"] = category_range(self.category)
        if self.min_price is not None:
            tests["d.price >= ?"] = (self.min_price,)
        if self.max_price is not None:
            tests["d.price <= ?"] = (self.max_price,)
        if self.in_stock is not None:
            tests["d.in_stock = ?"] = (int(self.in_stock),)
        if self.kind is None and self.document_id is None:
            tests["d.kind <> ?"] = (CONCEPT,)
        return " AND ".join(tests), tuple(value for values in tests.values() for value in values)

    def filled_from(self, other: "Filter") -> "Filter":
        """This, and where it sets no brand, no category, no price at all or no stock, what `other` sets."""
        priced = other if self.min_price is None and self.max_price is None else self
        return replace(
            self,
            brand=other.brand if self.brand is None else self.brand,
            category=other.category if self.category is None else self.category,
            min_price=priced.min_price,
            max_price=priced.max_price,
            in_stock=other.in_stock if self.in_stock is None else self.in_stock,
        )


class Selection:
    """Passages that may be found: `mask` is bool by position, `count` how many there are; immutable."""

    def __init__(self, mask: npt.NDArray[np.bool_]) -> None:
        self.mask = mask
        self.count = int(np.count_nonzero(mask))

    @property
    def positions(self) -> npt.NDArray[np.int64]:
        """The positions, ascending, int64 [count]."""
        return np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> npt.NDArray[np.uint8]:
        """The mask with eight positions in a byte, the first in the lowest bit."""
        return np.packbits(self.mask, bitorder="little")


def folded(name: str) -> str:
    """A name as names are compared: in one case and with single spaces."""
    return " ".join(name.casefold().split())


def category_key(path: str) -> str:
    """A category's path as paths are compared: every step folded."""
    return _SEPARATOR.join(folded(step) for step in path.split(_SEPARATOR.strip()))


def category_range(path: str) -> tuple[str, str, str]:
    """The key of a category, and the first and the last key that a category below it can have."""
    key = category_key(path)
    return key, key + _SEPARATOR, key + _SEPARATOR + "\U0010ffff"


def price_of(document: Document) -> float | None:
    """What a product costs, in its own currency; None when it is not said."""
    fact = document.fact("price")
    return fact.number if fact else None


def in_stock(document: Document) -> bool | None:
    """Whether a product is there; None when it is not said."""
    fact = document.fact("stock")
    if fact is None:
        return None
    return fact.number > 0 if fact.number is not None else fact.text in IN_STOCK_TEXTS
