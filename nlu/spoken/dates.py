"""Dates and times of day: `the twenty third of march`, `half past nine`."""

from calendar import isleap
from dataclasses import dataclass

from nlu.spoken.numbers import Number, cardinal, ends_number, groups
from nlu.spoken.ordinals import ordinal
from nlu.spoken.quantities import has_money_cue
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
_CENTURIES = ("18", "19", "20")

_HOURS = range(1, 13)
_HALVES_OF_DAY: dict[tuple[str, ...], str] = {
    ("in", "the", "morning"): "AM",
    ("in", "the", "afternoon"): "PM",
    ("in", "the", "evening"): "PM",
}
_PARTS = {"quarter": 15, "half": 30}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a date or time, up to token `end`."""

    value: int
    end: int


def read_date(said: Utterance, at: int) -> Reading | None:
    """A day of a month, with or without its year, or a month of a year."""
    if said.is_glued(at):
        return None
    found = _month_first(said, at) or _day_first(said, at)
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


def _is_month_of_year(said: Utterance, at: int, year: _Part) -> bool:
    """Whether a month and a year are meant: not `may two thousand people come`."""
    if _follows_day(said, at):
        return False
    return said.word(at - 1) in _BEFORE_MONTHS or not said.is_word(year.end) or said.word(year.end) in _AFTER_DATES


def _follows_day(said: Utterance, at: int) -> bool:
    """Whether a day that cannot be stands before the month: `the twenty ninth of february twenty twenty six`."""
    end = at - (said.word(at - 1) == "of")
    days = (ordinal(said, end - 1), ordinal(said, end - 2))
    return ends_number(said, end) or any(day is not None and day.end == end for day in days)


def _stands_alone(said: Utterance, at: int, day: _Part, month: int, is_ordinal: bool) -> bool:
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


def _month(said: Utterance, at: int) -> _Part | None:
    word = said.word(at)
    if word in MONTHS:
        return _Part(MONTHS[word], at + 1)
    dotted = said.word(at + 1) == "." and said.tokens[at + 1].glued
    end = at + 1 + dotted
    dated = bool(ordinal(said, end) or _small(said, end) or _year(said, end)) or said.is_number(at - 1)
    return _Part(_SHORT[word], end) if word in _SHORT and (dated or said.word(at - 1) == "of") else None


def _ordinal_day(said: Utterance, at: int, month: int) -> _Part | None:
    found = ordinal(said, at)
    most = _DAYS_OF_MONTH[month - 1] if month else 31
    if found is None or len(found.digits) > 2 or not 0 < int(found.digits) <= most:
        return None
    return _Part(int(found.digits), found.end)


def _cardinal_day(said: Utterance, at: int, month: int) -> _Part | None:
    found = _small(said, at)
    if found is None or not 0 < found.value <= (_DAYS_OF_MONTH[month - 1] if month else 31):
        return None
    return found


def _small(said: Utterance, at: int) -> _Part | None:
    """A number below 100 in words or figures, whole and alone in its token."""
    if said.is_number(at):
        whole = said.word(at).isdigit() and len(said.word(at)) < 3
        return _Part(int(said.word(at)), at + 1) if whole else None
    found = cardinal(said, at)
    return _Part(int(found.digits), found.end) if found and int(found.digits) < 100 else None


def _year(said: Utterance, at: int) -> _Part | None:
    """`nineteen sixty seven`, `twenty oh five`, `two thousand and six`, `2026`."""
    if said.is_number(at):
        fits = said.word(at).isdigit() and len(said.word(at)) == 4 and said.word(at)[:2] in _CENTURIES
        return _Part(int(said.word(at)), at + 1) if fits else None
    run = groups(said, at)
    if not run:
        return None
    if 1800 <= int(run[0].digits) < 2100:
        return _Part(int(run[0].digits), run[0].end)
    return _two_part_year(run)


def _two_part_year(run: list[Number]) -> _Part | None:
    if run[0].digits not in _CENTURIES or len(run) < 2:
        return None
    used = 2 if len(run[1].digits) == 2 else 3
    rest = "".join(group.digits for group in run[1:used])
    return _Part(int(run[0].digits + rest), run[used - 1].end) if len(rest) == 2 and len(run) >= used else None


def _date(said: Utterance, at: int, day: _Part, month: _Part, year: _Part | None, end: int) -> Reading | None:
    if year and (month.value, day.value) == (2, 29) and not isleap(year.value):
        return None
    value = f"{f'{year.value:04}' if year else '-'}-{month.value:02}-{day.value:02}"
    written = f"{_MONTHS[month.value - 1]} {day.value}" + (f", {year.value}" if year else "")
    is_written = any(said.is_number(each) for each in range(at, end)) and not _is_in_words(said, at, end)
    return Reading(end, SpanKind.DATE, value, said.source(at, end) if is_written else written)


def _is_in_words(said: Utterance, at: int, end: int) -> bool:
    return any(cardinal(said, each) or (ordinal(said, each) and not said.is_number(each)) for each in range(at, end))


def read_time(said: Utterance, at: int) -> Reading | None:
    """A time of day: by the clock, by `past` and `to`, by `o'clock`, morning or evening."""
    if said.is_glued(at):
        return None
    found = _relative(said, at) or _clock(said, at)
    return None if found is None or said.is_glued(found.end) else found


def _relative(said: Utterance, at: int) -> Reading | None:
    """`half past nine`, `a quarter to five`, `ten minutes past eight`."""
    start = at + (said.word(at) == "a" and said.word(at + 1) == "quarter")
    part = _PARTS.get(said.word(start))
    minutes = _Part(part, start + 1) if part else _small(said, start)
    if minutes is None or not 0 < minutes.value < 31:
        return None
    marked = part is not None or said.word(minutes.end) == "minutes"
    turn = minutes.end + (said.word(minutes.end) == "minutes")
    hour = _small(said, turn + 1)
    if said.word(turn) not in ("past", "to") or hour is None or hour.value not in _HOURS:
        return None
    if said.word(turn) == "past":
        return _time(said, hour.end, hour.value, minutes.value)
    if minutes.value == 30 or not (marked or (minutes.value % 5 == 0 and said.word(at - 1) in ("at", "it's"))):
        return None
    return _time(said, hour.end, hour.value - 1 or 12, 60 - minutes.value)


def _clock(said: Utterance, at: int) -> Reading | None:
    """`nine thirty p m`, `nine o'clock`, `at nine thirty`, `9 a.m.`, `9:30`."""
    if ":" in said.word(at) and said.word(at).replace(":", "").isdigit():
        hour, minute = map(int, said.word(at).split(":"))
        return _written_time(said, at, hour, minute)
    run = groups(said, at)
    hours = _Part(int(run[0].digits), run[0].end) if run else _small(said, at)
    if hours is None or hours.value not in _HOURS:
        return None
    minutes = _minutes(run[1:])
    end = minutes.end if minutes else hours.end
    if minutes is None and len(run) > 1:
        return None
    marked = _half_of_day(said, end) is not None or said.word(end) == "o'clock" or said.words(end, 2) == ("o", "clock")
    led = minutes is not None and said.word(at - 1) in ("at", "by", "until", "till")
    if not marked and (not led or has_money_cue(said, at)):
        return None
    if minutes is None and said.word(end).startswith("o"):
        end += 1 if said.word(end) == "o'clock" else 2
    elif said.is_number(at) and marked and end == at + 1:
        return _written_time(said, at, hours.value, 0)
    return _time(said, end, hours.value, minutes.value if minutes else 0)


def _minutes(run: list[Number]) -> _Part | None:
    """`thirty`, `oh five`."""
    digits = "".join(group.digits for group in run)
    return _Part(int(digits), run[-1].end) if len(digits) == 2 and int(digits) < 60 and len(run) < 3 else None


def _half_of_day(said: Utterance, at: int) -> tuple[str, int] | None:
    """AM or PM, and the token after it; `am` before `i` is a verb."""
    for letter, half in (("a", "AM"), ("p", "PM")):
        if said.word(at) == f"{letter}m" and said.word(at + 1) not in ("i", "not"):
            return half, at + 1
        if said.words(at, 2) == (letter, "m"):
            return half, at + 2
        if said.words(at, 3) == (letter, ".", "m"):
            return half, at + 3 + (said.word(at + 3) == "." and said.tokens[at + 3].glued)
    half = _HALVES_OF_DAY.get(said.words(at, 3), "")
    return (half, at + 3) if half else None


def _written_time(said: Utterance, at: int, hour: int, minute: int) -> Reading | None:
    """A time in figures stays as it stands; its value is on the 24-hour clock."""
    if hour > 23 or minute > 59:
        return None
    half = _half_of_day(said, at + 1)
    end = half[1] if half else at + 1
    return Reading(end, SpanKind.TIME, _value(hour, minute, half[0] if half else ""), said.source(at, end))


def _time(said: Utterance, end: int, hour: int, minute: int) -> Reading:
    half = _half_of_day(said, end)
    label, end = half or ("", end)
    written = f"{hour}:{minute:02}" + (f" {label}" if label else "")
    return Reading(end, SpanKind.TIME, _value(hour, minute, label), written)


def _value(hour: int, minute: int, half: str) -> str:
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "PM" else 0)
    return f"{hour:02}:{minute:02}"
