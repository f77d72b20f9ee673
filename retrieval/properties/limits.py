"""What a search sets as a limit: a price, or so many hours, inches or grams."""

import re
from dataclasses import dataclass
from math import inf

from retrieval.document import Document, Fact
from retrieval.language.quantities import quantity_of
from retrieval.language.units import unit_word
from retrieval.language.wording import STOP_WORDS, stem, words

_AMOUNT = r"(?:about |around )?(?:a )?\$?(\d+(?:\.\d+)?)"
LESS = (
    r"(?:(?:is |are |weigh(?:s|ing)? )?(?:under|below|beneath|within)|(?:less|cheaper|lower|lighter|smaller|shorter|"
    r"thinner|quieter|fewer) than|up to|at most|no more than|not more than|maximum of|max)"
)
MORE = (
    r"(?:over|above|at least|from|upwards of|starting at|minimum of|(?:more|better|dearer|higher|bigger|larger|heavier|"
    r"longer|wider|taller|louder) than)"
)
_BETWEEN = re.compile(rf"\bbetween {_AMOUNT} (?:[a-z]+ )?(?:and|to) {_AMOUNT}(?: ([a-z]+))?")
_ONE_SIDED = re.compile(rf"\b(?:(?P<less>{LESS}|for)|(?P<more>{MORE})) {_AMOUNT}(?: (?P<unit>[a-z]+))?")
MONEY = frozenset({"dollar", "buck", "usd", "euro", "pound", "quid"})


@dataclass(frozen=True, slots=True)
class Limit:
    """From `low` to `high`; of the price when `unit` is empty, else in that unit, which a fact must give."""

    low: float
    high: float
    unit: str = ""

    def lets_through(self, product: Document) -> bool:
        """Whether a fact of `product` in the same unit, or else of the same kind, lies within."""
        facts = [fact for fact in product.facts if self.unit in {stem(word) for word in words(fact.text)}]
        amounts = [amount for fact in (*facts, *product.facts) if (amount := self._amount(fact)) is not None]
        return bool(amounts) and self.low <= amounts[0] <= self.high

    def _amount(self, fact: Fact) -> float | None:
        """What `fact` says in the limit's unit."""
        one, said = quantity_of(f"1 {self.unit}"), quantity_of(fact.text)
        return said.value / one.value if one and said and said.unit == one.unit else None


def limits_of(text: str) -> list[Limit]:
    """The limits that `text` (normalised, numbers in digits) sets."""
    if between := _BETWEEN.search(text):
        found = [_limit(float(between[1]), float(between[2]), between[3])]
    else:
        found = [_one_sided(each) for each in _ONE_SIDED.finditer(text)]
    return [limit for limit in found if limit]


def _one_sided(found: re.Match[str]) -> Limit | None:
    amount = float(found[3])
    low, high = (-inf, amount) if found["less"] else (amount, inf)
    return _limit(low, high, found["unit"])


def _limit(low: float, high: float, word: str | None) -> Limit | None:
    """The limit; None for so many of something that is neither money nor a known unit, as in "for 4 people"."""
    unit = unit_word(word or "") or stem(word or "")
    if not unit or unit in MONEY or word in STOP_WORDS:
        return Limit(low, high)
    return Limit(low, high, unit) if quantity_of(f"1 {unit}") else None
