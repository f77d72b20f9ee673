"""Dates: `the twenty third of march`, `june twenty twenty six`."""

from calendar import isleap
from dataclasses import dataclass
from datetime import timedelta

from nlu.spoken.numbers import Number, cardinal, ends_number, groups
from nlu.spoken.ordinals import ordinal
from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Utterance, word_set

_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = _MONTH_NAMES.split()
MONTHS = {name.lower(): number for number, name in enumerate(_MONTHS, start=1)}
_SHORT = {"sept": 9} | {
    name.lower()[:3]: number for number, name in enumerate(_MONTHS, start=1) if name not in ("May", "March")
}
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# These are ordinary words as well: "may first ask", "march two miles".
_AMBIGUOUS_MONTHS = (3, 5)
_BEFORE_DATES = word_set("on by before until till since from after for of to between and is was")
_BEFORE_MONTHS = _BEFORE_DATES | word_set("in during early mid late")
_AFTER_DATES = word_set("and at to or until")
# Which Friday is meant by "next Friday", this week's or the one after, people do not agree on.
_DAYS_FROM_TODAY: dict[tuple[str, ...], int] = {
    ("day", "before", "yesterday"): -2,
    ("yesterday",): -1,
    ("today",): 0,
    ("tomorrow",): 1,
    ("day", "after", "tomorrow"): 2,
}
FIRST_WORDS = frozenset({"the", *MONTHS, *_SHORT, *(words[0] for words in _DAYS_FROM_TODAY)})
"""Words that a date may begin with, in addition to those of numbers and ordinals."""
_CENTURIES = ("18", "19", "20")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a date or time, up to token `end`."""

    value: int
    end: int


def read_date(said: Utterance, at: int) -> Reading | None:
    """A day of a month, with or without its year, a month of a year, or a day told from today."""
    if said.is_glued(at):
        return None
    found = _month_first(said, at) or _day_first(said, at) or _from_today(said, at)
    return None if found is None or said.is_glued(found.end) else found


def _month_first(said: Utterance, at: int) -> Reading | None:
    month = _month(said, at)
    if month is None:
        return None
    year = _year(said, month.end)
    if year is not None:
        if not _is_month_of_year(said, at, year):
            return None
        name = said.source(at, year.end) if said.is_number(month.end) else f"{_MONTHS[month.value - 1]} {year.value}"
        return Reading(year.end, SpanKind.DATE, f"{year.value:04}-{month.value:02}", name)
    the = said.word(month.end) == "the"
    day = _ordinal_day(said, month.end + the, month.value)
    is_ordinal = day is not None
    if day is None and not the:
        day = _cardinal_day(said, month.end, month.value)
    if day is None:
        return None
    year = _year(said, day.end + (said.word(day.end) == ","))
    surely = year is not None or said.word(at - 1) in _BEFORE_DATES or the
    if not surely and not _stands_alone(said, at, day, month.value, is_ordinal):
        return None
    return _date(said, at, day, month, year, year.end if year else day.end)


def _is_month_of_year(said: Utterance, at: int, year: Part) -> bool:
    """Whether a month and a year are meant: not `may two thousand people come`."""
    if _follows_day(said, at):
        return False
    return said.word(at - 1) in _BEFORE_MONTHS or not said.is_word(year.end) or said.word(year.end) in _AFTER_DATES


def _follows_day(said: Utterance, at: int) -> bool:
    """Whether a day that cannot be stands before the month: `the twenty ninth of february twenty twenty six`."""
    end = at - (said.word(at - 1) == "of")
    days = (ordinal(said, end - 1), ordinal(said, end - 2))
    return ends_number(said, end) or any(day is not None and day.end == end for day in days)


def _stands_alone(said: Utterance, at: int, day: Part, month: int, is_ordinal: bool) -> bool:
    """Whether month and day can be nothing else: `june eleventh`, not `may second that` or `june two people`."""
    if month in _AMBIGUOUS_MONTHS:
        return at == 0 and not said.is_word(day.end) and is_ordinal
    return is_ordinal or not said.is_word(day.end) or said.word(day.end) in _AFTER_DATES


def _day_first(said: Utterance, at: int) -> Reading | None:
    the = said.word(at) == "the"
    day = _ordinal_day(said, at + the, 0)
    is_ordinal = day is not None
    if day is None and not the:
        day = _cardinal_day(said, at, 0)
    if day is None:
        return None
    of = said.word(day.end) == "of"
    month = _month(said, day.end + of)
    if month is None or day.value > _DAYS_OF_MONTH[month.value - 1]:
        return None
    year = _year(said, month.end + (said.word(month.end) == ","))
    before = said.word(at - 1) in ("on", "by", "before", "until", "since", "after", "from")
    if not (year or of or (is_ordinal and month.value not in _AMBIGUOUS_MONTHS) or before or (is_ordinal and the)):
        return None
    return _date(said, at, day, month, year, year.end if year else month.end)


def _from_today(said: Utterance, at: int) -> Reading | None:
    """`tomorrow`, `the day before yesterday`; they stay as they are said."""
    if said.today is None:
        return None
    start = at + (said.words(at, 2) == ("the", "day"))
    for words, days in _DAYS_FROM_TODAY.items():
        if said.words(start, len(words)) == words:
            end = start + len(words)
            return Reading(end, SpanKind.DATE, (said.today + timedelta(days)).isoformat(), said.source(at, end))
    return None


def _month(said: Utterance, at: int) -> Part | None:
    word = said.word(at)
    if word in MONTHS:
        return Part(MONTHS[word], at + 1)
    dotted = said.word(at + 1) == "." and said.tokens[at + 1].glued
    end = at + 1 + dotted
    dated = bool(ordinal(said, end) or small_number(said, end) or _year(said, end)) or said.is_number(at - 1)
    return Part(_SHORT[word], end) if word in _SHORT and (dated or said.word(at - 1) == "of") else None


def _ordinal_day(said: Utterance, at: int, month: int) -> Part | None:
    found = ordinal(said, at)
    most = _DAYS_OF_MONTH[month - 1] if month else 31
    if found is None or len(found.digits) > 2 or not 0 < int(found.digits) <= most:
        return None
    return Part(int(found.digits), found.end)


def _cardinal_day(said: Utterance, at: int, month: int) -> Part | None:
    found = small_number(said, at)
    if found is None or not 0 < found.value <= (_DAYS_OF_MONTH[month - 1] if month else 31):
        return None
    return found


def small_number(said: Utterance, at: int) -> Part | None:
    """A number below 100 in words or figures, whole and alone in its token."""
    if said.is_number(at):
        whole = said.word(at).isdigit() and len(said.word(at)) < 3
        return Part(int(said.word(at)), at + 1) if whole else None
    found = cardinal(said, at)
    return Part(int(found.digits), found.end) if found and int(found.digits) < 100 else None


def _year(said: Utterance, at: int) -> Part | None:
    """`nineteen sixty seven`, `twenty oh five`, `two thousand and six`, `2026`."""
    if said.is_number(at):
        fits = said.word(at).isdigit() and len(said.word(at)) == 4 and said.word(at)[:2] in _CENTURIES
        return Part(int(said.word(at)), at + 1) if fits else None
    run = groups(said, at)
    if not run:
        return None
    if 1800 <= int(run[0].digits) < 2100:
        return Part(int(run[0].digits), run[0].end)
    return _two_part_year(run)


def _two_part_year(run: list[Number]) -> Part | None:
    if run[0].digits not in _CENTURIES or len(run) < 2:
        return None
    used = 2 if len(run[1].digits) == 2 else 3
    rest = "".join(group.digits for group in run[1:used])
    return Part(int(run[0].digits + rest), run[used - 1].end) if len(rest) == 2 and len(run) >= used else None


def _date(said: Utterance, at: int, day: Part, month: Part, year: Part | None, end: int) -> Reading | None:
    if year and (month.value, day.value) == (2, 29) and not isleap(year.value):
        return None
    value = f"{f'{year.value:04}' if year else '-'}-{month.value:02}-{day.value:02}"
    written = f"{_MONTHS[month.value - 1]} {day.value}" + (f", {year.value}" if year else "")
    is_written = any(said.is_number(place) for place in range(at, end)) and not _is_in_words(said, at, end)
    return Reading(end, SpanKind.DATE, value, said.source(at, end) if is_written else written)


def _is_in_words(said: Utterance, at: int, end: int) -> bool:
    return any(
        cardinal(said, place) or (ordinal(said, place) and not said.is_number(place)) for place in range(at, end)
    )
