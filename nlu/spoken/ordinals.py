"""Ordinals in words and figures: `twenty third`, `3rd`."""

from nlu.spoken.numbers import SCALES, SMALL, TENS, Number, cardinal, ends_number
from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Utterance, word_set

_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
ORDINALS = (
    _IRREGULAR
    | {f"{word}th": value for word, value in SMALL.items() if value not in _IRREGULAR.values() and value}
    | {f"{word[:-1]}ieth": value for word, value in TENS.items()}
)
_ORDINAL_ENDINGS = {"hundredth": "hundred", "thousandth": "thousand", "millionth": "million"}
FIRST_WORDS = frozenset(ORDINALS)
"""Words that an ordinal may begin with, in addition to those of a number."""
_SUFFIXES = {"st", "nd", "rd", "th"}
# "The second one" chooses; "a second" is a moment.
_CHOSEN = word_set("one item option product result choice entry model floor order line place")


def ordinal(said: Utterance, at: int) -> Number | None:
    """`twenty third`, `hundred and first`, `3rd`."""
    if said.is_number(at):
        fits = said.is_glued(at + 1) and said.word(at + 1) in _SUFFIXES and said.word(at).isdigit()
        return Number(said.word(at), at + 2, (said.word(at),)) if fits else None
    head = cardinal(said, at)
    last = head.end if head else at
    word = said.word(last)
    if head and word in _ORDINAL_ENDINGS:
        tail = _ORDINAL_ENDINGS[word]
        value = int(head.digits) * SCALES.get(tail, 100)
        return Number(str(value), last + 1, (str(value),))
    if head is None or word not in ORDINALS:
        bare = last + (word == "and" and head is not None)
        word = said.word(bare)
        if word not in ORDINALS or (head is not None and int(head.digits) < 100):
            return None
        last = bare
    value = (int(head.digits) if head else 0) + ORDINALS[word]
    fits = head is None or (int(head.digits) % 100 == 0) or (int(head.digits) % 10 == 0 and ORDINALS[word] < 10)
    return Number(str(value), last + 1, (str(value),)) if fits else None


def read_ordinal(said: Utterance, at: int) -> Reading | None:
    """An ordinal that counts: not `a second`, `third party` or `a fifth of it`."""
    found = ordinal(said, at)
    if found is None:
        return None
    single = found.end == at + 1
    if single and said.word(at) in ("first", "second", "third"):
        if said.word(found.end) not in _CHOSEN or said.word(at - 1) not in ("the", "my", "your", "that"):
            return None
    elif single and (said.word(at - 1) == "a" or ends_number(said, at)):
        return None
    source = said.source(at, found.end)
    return Reading(
        found.end, SpanKind.ORDINAL, found.digits, source if said.is_number(at) else with_suffix(found.digits)
    )


def with_suffix(digits: str) -> str:
    """`23` as 23rd."""
    if digits[-2:] in ("11", "12", "13"):
        return f"{digits}th"
    return digits + {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")
