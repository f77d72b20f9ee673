"""What a normalised stretch of a text is."""

from dataclasses import dataclass
from enum import StrEnum


class SpanKind(StrEnum):
    """What a stretch of text says."""

    NUMBER = "number"
    """An amount: `twelve hundred` is 1200, `two and a half` is 2.5."""
    DIGITS = "digits"
    """Figures said one after the other, zeros kept: `double oh seven` is 007, `one seventy five` is 175."""
    ORDINAL = "ordinal"
    """`twenty third` is 23."""
    PRICE = "price"
    """An amount of money; the unit is its ISO 4217 code."""
    QUANTITY = "quantity"
    """An amount of a unit: `two point five gigahertz` is 2.5, its unit GHz."""
    CODE = "code"
    """Letters and figures: `w h one thousand x m five` is WH1000XM5."""
    SPELLING = "spelling"
    """Letters alone: `c i n d y` is CINDY."""
    DATE = "date"
    """ISO 8601, what was not said left out: 2026-03-23, 2026-03, --03-23."""
    TIME = "time"
    """HH:MM of the 24-hour clock; of the 12-hour clock where morning or evening was not said."""


@dataclass(frozen=True, slots=True)
class SpokenSpan:
    """Characters `start` to `end` (exclusive) of a text, and what they say.

    `value` is for programs, `written` for people and for the text: `$49.95` of the value 49.95 and the unit USD.
    """

    start: int
    end: int
    kind: SpanKind
    value: str
    written: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a grammar reads an utterance from a token on, up to token `end` (exclusive)."""

    end: int
    kind: SpanKind
    value: str
    written: str
    unit: str = ""
