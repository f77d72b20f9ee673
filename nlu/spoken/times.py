"""Times of day: `half past nine`, `nine thirty p m`, `fourteen hundred hours`."""

from nlu.spoken.dates import Part, small_number
from nlu.spoken.numbers import ZERO, Number, ends_number, groups
from nlu.spoken.quantities import has_money_cue
from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Utterance, word_set

_HOURS = range(1, 13)
_HALVES_OF_DAY: dict[tuple[str, ...], str] = {
    ("in", "the", "morning"): "AM",
    ("in", "the", "afternoon"): "PM",
    ("in", "the", "evening"): "PM",
}
_PARTS = {"quarter": 15, "half": 30}
_CENTURIES = range(18, 21)  # "by nineteen forty five" is a year
_BEFORE_TIMES = word_set("at by until till")
_NAMED = {"noon": "12:00", "midnight": "00:00"}
FIRST_WORDS = frozenset({*_PARTS, *_NAMED})
"""Words that a time may begin with, in addition to those of a number and `a`."""
_BEFORE_NAMED = _BEFORE_TIMES | word_set("before after around since")


def read_time(said: Utterance, at: int) -> Reading | None:
    """A time of day: by the clock, by `past` and `to`, by `o'clock`, morning or evening, noon and midnight."""
    if said.is_glued(at):
        return None
    found = _relative(said, at) or _clock(said, at) or _around_the_clock(said, at) or _named(said, at)
    return None if found is None or said.is_glued(found.end) else found


def _relative(said: Utterance, at: int) -> Reading | None:
    """`half past nine`, `a quarter to five`, `ten minutes past eight`."""
    start = at + (said.word(at) == "a" and said.word(at + 1) == "quarter")
    part = _PARTS.get(said.word(start))
    minutes = Part(part, start + 1) if part else small_number(said, start)
    if minutes is None or not 0 < minutes.value < 31:
        return None
    marked = part is not None or said.word(minutes.end) == "minutes"
    turn = minutes.end + (said.word(minutes.end) == "minutes")
    hour = small_number(said, turn + 1)
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
    hours = Part(int(run[0].digits), run[0].end) if run else small_number(said, at)
    if hours is None or hours.value not in _HOURS:
        return None
    minutes = _minutes(run[1:])
    end = minutes.end if minutes else hours.end
    if minutes is None and len(run) > 1:
        return None
    marked = _half_of_day(said, end) is not None or said.word(end) == "o'clock" or said.words(end, 2) == ("o", "clock")
    led = minutes is not None and said.word(at - 1) in _BEFORE_TIMES
    if not marked and (not led or has_money_cue(said, at)):
        return None
    if minutes is None and said.word(end).startswith("o"):
        end += 1 if said.word(end) == "o'clock" else 2
    elif said.is_number(at) and marked and end == at + 1:
        return _written_time(said, at, hours.value, 0)
    return _time(said, end, hours.value, minutes.value if minutes else 0)


def _around_the_clock(said: Utterance, at: int) -> Reading | None:
    """A time of the 24-hour clock: `at fourteen thirty`, `by oh nine hundred`, `at nine hundred hours`."""
    zero = (said.word(at) == "zero" or said.word(at) in ZERO) and not ends_number(said, at)
    found = _hours_and_minutes(said, at + zero)
    if found is None or (zero and found.value >= 1000):
        return None
    hour, minute = divmod(found.value, 100)
    led = said.word(at - 1) in _BEFORE_TIMES
    named = said.word(found.end) == "hours"
    if named:
        meant = led or zero or said.word(at).startswith("0")
    elif said.is_number(at) or has_money_cue(said, at):
        meant = False
    else:
        late = hour > 12 and minute > 0 and (said.word(at - 1) == "at" or hour not in _CENTURIES)
        meant = led and (zero or late)
    if not meant or hour > 23 or minute > 59:
        return None
    value, end = _value(hour, minute, ""), found.end + named
    return Reading(end, SpanKind.TIME, value, said.source(at, end) if said.is_number(at) else value)


def _hours_and_minutes(said: Utterance, at: int) -> Part | None:
    """1430 of `fourteen thirty`, 900 of `nine hundred`, 1000 of `ten hundred` and of `1000`."""
    if said.is_number(at):
        return Part(int(said.word(at)), at + 1) if len(said.word(at)) == 4 and said.word(at).isdigit() else None
    run = groups(said, at)
    minutes = _minutes(run[1:])
    if minutes is not None:
        return Part(100 * int(run[0].digits) + minutes.value, minutes.end)
    if len(run) != 1:
        return None
    if said.word(run[0].end) == "hundred":
        return Part(100 * int(run[0].digits), run[0].end + 1)
    return Part(int(run[0].digits), run[0].end) if run[0].digits.endswith("00") else None


def _named(said: Utterance, at: int) -> Reading | None:
    """`at noon`, `twelve midnight`; by itself `midnight` is a colour, too."""
    twelve = said.word(at) in ("twelve", "12")
    time = _NAMED.get(said.word(at + twelve))
    alone = at == 0 and said.word(at) == "noon" and not said.is_word(at + 1)
    if time is None or not (twelve or alone or said.word(at - 1) in _BEFORE_NAMED):
        return None
    return Reading(at + twelve + 1, SpanKind.TIME, time, time)


def _minutes(run: list[Number]) -> Part | None:
    """`thirty`, `oh five`."""
    digits = "".join(group.digits for group in run)
    return Part(int(digits), run[-1].end) if len(digits) == 2 and int(digits) < 60 and len(run) < 3 else None


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
