"""Finds every spoken form of a text, and writes the text with them."""

from collections.abc import Callable
from datetime import date

from nlu.spoken import dates, ordinals, spelling, times
from nlu.spoken.dates import read_date
from nlu.spoken.numbers import SMALL, TENS, TIMES, ZERO, read_dictated, read_number
from nlu.spoken.ordinals import read_ordinal
from nlu.spoken.quantities import SYMBOLS, read_price, read_quantity
from nlu.spoken.span import Reading, SpokenSpan
from nlu.spoken.spelling import may_begin_code, read_code
from nlu.spoken.times import read_time
from nlu.spoken.tokens import Utterance, tokenize

Grammar = Callable[[Utterance, int], Reading | None]

# Of two that read as far, the earlier one knows more.
_GRAMMARS: tuple[Grammar, ...] = (
    read_date,
    read_time,
    read_price,
    read_quantity,
    read_code,
    read_ordinal,
    read_number,
    read_dictated,
)

_FIRST_WORDS = frozenset({"minus", "negative", *SMALL, *TENS, *TIMES, *ZERO}).union(
    ordinals.FIRST_WORDS, dates.FIRST_WORDS, times.FIRST_WORDS, spelling.FIRST_WORDS
)

# Each reading leaves fewer words; two are nearly always enough.
_MOST_READINGS = 8


def find_spans(text: str, today: date | None = None) -> tuple[SpokenSpan, ...]:
    """The spoken forms of `text` in reading order, none overlapping: at each place the one that reads farthest.

    What is ambiguous is left alone: `one of them`, `a second`, `the may sale`. Forms that are written already are
    found as well, with themselves as `written`; so are `tomorrow` and the like, if `today` is given.
    """
    said = tokenize(text, today)
    spans: list[SpokenSpan] = []
    at = 0
    while at < len(said.tokens):
        reading = _longest(said, at)
        if reading is not None:
            spans.append(_span(said, at, reading))
        at = reading.end if reading else at + 1
    return tuple(spans)


def written(text: str) -> str:
    """`text` with its spoken forms written; written text stays as it is.

    What one reading joins may be part of a longer form, as in `order sixty 49`, so it is read until nothing changes.
    """
    for _ in range(_MOST_READINGS):
        after = _read_once(text)
        if after == text:
            break
        text = after
    return text


def _read_once(text: str) -> str:
    parts: list[str] = []
    end = 0
    for span in find_spans(text):
        parts += [text[end : span.start], span.written]
        end = span.end
    return "".join([*parts, text[end:]])


def _longest(said: Utterance, at: int) -> Reading | None:
    if not _may_begin(said, at):
        return None
    readings = [reading for grammar in _GRAMMARS if (reading := grammar(said, at))]
    return max(readings, key=lambda reading: reading.end, default=None)


def _may_begin(said: Utterance, at: int) -> bool:
    """Whether any grammar can read from token `at` on: most words are none that a spoken form begins with."""
    token = said.tokens[at]
    if token.is_word:
        return token.word in _FIRST_WORDS or may_begin_code(said, at)
    return token.is_number or len(token.text) > 1 or token.text in SYMBOLS


def _span(said: Utterance, at: int, reading: Reading) -> SpokenSpan:
    start, end = said.tokens[at].start, said.tokens[reading.end - 1].end
    return SpokenSpan(start, end, reading.kind, reading.value, reading.written, reading.unit)
