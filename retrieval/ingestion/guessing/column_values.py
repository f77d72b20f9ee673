"""What the values of a column look like: addresses, amounts of money, numbers, names of currencies, long texts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from retrieval.language.money import currency_of, money_of
from retrieval.language.wording import word_set

_ADDRESS = re.compile(r"(?:https?://|www\.|//)\S+|\S+\.(?:jpe?g|png|gif|webp|svg|avif)(?:\?\S*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d[\d.,' ]*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4} \d\d:\d\d")
_PATH = re.compile(r"\S\s*(?:>|»|→|\|)\s*\S")
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w-]{4,}|\d{8,}")
_YES_NO = word_set("yes no true false y n ja nein si sí oui non nee tak nie")
_IN_STOCK = re.compile(
    r"(?i)\W*(?:in|out|low|limited|pre|back|available|sold|discontinued|auf|nicht|ausverkauft|verf|lager|dispon|agotado"
    r"|en stock|rupture|esaurito|yes|no|true|false)"
)
_MONEY_IN = re.compile(r"(?:[$€£₹¥]|\b(?:EUR|USD|GBP|CHF|INR|PLN|SEK|NOK|DKK|CZK|Rs)\b)", re.IGNORECASE)
MOST = 0.8  # share of a column's values that makes it a column of something
LONG_TEXT = 100  # characters


@dataclass(frozen=True)
class Profile:
    """The values of a column in a sample of rows, those that say something; `rows` is how many rows there were."""

    values: Sequence[object]
    rows: int

    @cached_property
    def texts(self) -> list[str]:
        """The values that are texts or numbers, as texts."""
        plain = (value for value in self.values if isinstance(value, str | int | float))
        return [value.strip() if isinstance(value, str) else f"{value:.15g}" for value in plain]

    def share(self, test: Callable[[str], object]) -> float:
        """The share of the values that pass a test; those that are lists or mappings do not."""
        return sum(map(bool, map(test, self.texts))) / len(self.values) if self.values else 0.0

    @property
    def is_empty(self) -> bool:
        """Whether no row has a value."""
        return not self.values

    @cached_property
    def is_unique(self) -> bool:
        """Whether no value stands twice."""
        return bool(self.texts) and len(set(self.texts)) == len(self.values)

    @cached_property
    def tells_rows_apart(self) -> bool:
        """Whether few values stand twice, as with an id of which a row was copied."""
        return bool(self.texts) and self.distinct >= MOST * len(self.values)

    @cached_property
    def are_codes(self) -> bool:
        """Whether the values are words with digits in them, each for one row: ids of some kind.

        Short numbers are none, nor are times, dates and telephone numbers.
        """
        return len(self.values) > 2 and self.is_unique and self.share(_CODE.fullmatch) >= MOST

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.texts))

    @cached_property
    def length(self) -> float:
        """The mean number of characters of a value."""
        return sum(map(len, self.texts)) / max(len(self.texts), 1)

    @cached_property
    def are_addresses(self) -> bool:
        """Whether the values are addresses of pages or pictures, also several in one value."""
        return self.share(lambda text: all(map(_ADDRESS.fullmatch, re.split(r"[,;|\s]+", text)))) >= MOST

    @cached_property
    def are_listed_addresses(self) -> bool:
        """Whether the values are lists of addresses."""
        lists = [value for value in self.values if isinstance(value, list)]
        return bool(lists) and all(
            isinstance(item, str) and _ADDRESS.fullmatch(item) for held in lists for item in held
        )

    @cached_property
    def are_numbers(self) -> bool:
        """Whether the values are numbers, in any notation."""
        return self.share(_NUMBER.fullmatch) >= MOST

    @cached_property
    def are_prices(self) -> bool:
        """Whether the values are amounts of money, with or without a currency."""
        return self.share(lambda text: money_of(text) or (_MONEY_IN.search(text) and re.search(r"\d", text))) >= 0.5

    @cached_property
    def have_currency(self) -> bool:
        """Whether the values are amounts of money that name their currency."""
        return self.share(lambda text: len(text) < 30 and _MONEY_IN.search(text) and re.search(r"\d", text)) >= MOST

    @cached_property
    def are_currencies(self) -> bool:
        """Whether the values are codes or signs of currencies."""
        return self.share(currency_of) >= MOST

    @cached_property
    def are_moments(self) -> bool:
        """Whether the values are dates with a time of day, as programs keep them."""
        return self.share(_MOMENT.match) >= MOST

    @cached_property
    def are_paths(self) -> bool:
        """Whether most of the values are steps of a category."""
        return self.share(lambda text: len(text) < 300 and _PATH.search(text) and not text.startswith("{")) >= 0.5

    @cached_property
    def are_yes_or_no(self) -> bool:
        """Whether the values are yes or no, in words or as JSON has them."""
        if self.values and all(isinstance(value, bool) for value in self.values):
            return True
        return self.share(lambda text: text.casefold() in _YES_NO) >= MOST

    @cached_property
    def say_availability(self) -> bool:
        """Whether the values are words about what is in stock."""
        return self.share(lambda text: _IN_STOCK.match(text) or text in ("0", "1") or "schema.org" in text) >= MOST

    @cached_property
    def are_long(self) -> bool:
        """Whether the values are texts of some sentences."""
        return self.length >= LONG_TEXT

    def within(self, least: float, most: float) -> bool:
        """Whether most values are a number from `least` to `most`."""
        return self.share(lambda text: (n := _as_number(text)) is not None and least <= n <= most) >= MOST


def _as_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def profiles_of(rows: Iterable[Mapping[str, object]], empty: frozenset[str]) -> dict[str, Profile]:
    """The profile of every column of a sample, in their order; texts in `empty` (lower case) say nothing."""
    values: dict[str, list[object]] = {}
    count = 0
    for row in rows:
        count += 1
        for name, value in row.items():
            held = values.setdefault(name, [])
            is_empty = isinstance(value, str) and value.strip().lower() in empty
            if not is_empty and value not in (None, [], {}):
                held.append(value)
    return {name: Profile(held, count) for name, held in values.items()}
