"""Numbers in words and figures: cardinals, figures in a row, decimals, ordinals."""

from dataclasses import dataclass
from decimal import Decimal

from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Utterance, word_set

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
SMALL = {word: value for value, word in enumerate(_SMALL.split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
TIMES = {"double": 2, "triple": 3}
ZERO = {"oh", "o"}
_FRACTIONS = {("a", "half"): "0.5", ("a", "quarter"): "0.25", ("three", "quarters"): "0.75"}
_HALVES = ("half", "quarter", "quarters")
# After these, figures name something, so that even two are one number.
NAMING = word_set(
    """number order code pin enter room extension id zip postcode model version dial press type serial account
    ticket reference invoice tracking digits channel line bus flight gate step item option"""
)
# After these, even `one` is a number; who wants "to order one" counts.
_NUMBERED = word_set("number option room step version gate extension channel")
# A number before these describes a thing: "two thirteen inch screens".
_COMPOUNDS = word_set("inch pack piece core star sided foot year bit watt door way port")
_DENOMINATORS = word_set("half halves third thirds quarter quarters fifths")
_LONGEST_RUN = 24
# More figures are an account or a card, not an amount: nothing is computed with them. `Decimal` is exact up to 28.
_MOST_FIGURES = 18
# "Order number is the": so many words may stand between what names figures and the figures.
_NAMING_DISTANCE = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number said, up to token `end`; `groups` are what it was said as: 49 and 95 of `forty nine ninety five`."""

    digits: str
    end: int
    groups: tuple[str, ...]
    kind: SpanKind = SpanKind.NUMBER

    @property
    def value(self) -> Decimal:
        """The amount."""
        return Decimal(self.digits)

    @property
    def is_amount(self) -> bool:
        """Whether the figures are few enough to be computed with."""
        return len(self.digits) <= _MOST_FIGURES


def cardinal(said: Utterance, at: int) -> Number | None:
    """One cardinal in words: `two hundred and five thousand six`, `forty nine hundred`, `a thousand`."""
    total, limit, end = 0, 10**15, at
    start = at
    while chunk := _below_thousand(said, start):
        value, after = chunk
        scale = SCALES.get(said.word(after), 1)
        if scale >= limit or (scale == 1 and value >= limit) or (total and not value):
            break
        total, limit, end = total + value * scale, scale, after + (scale > 1)
        if scale == 1:
            break
        start = end + (said.word(end) == "and")
    return Number(str(total), end, (str(total),)) if end > at else None


def _below_thousand(said: Utterance, at: int) -> tuple[int, int] | None:
    """The value and the token after it; `a` counts as one before hundred and thousand."""
    if said.word(at) == "a" and said.word(at + 1) in ("hundred", "thousand"):
        head: tuple[int, int] | None = (1, at + 1)
    else:
        head = _below_hundred(said, at)
    if head is None or said.word(head[1]) != "hundred" or head[0] % 10 == 0:
        return head
    value, end = 100 * head[0], head[1] + 1
    rest = _below_hundred(said, end + (said.word(end) == "and"))
    # "Between one hundred and two hundred" is two numbers; so is "one hundred zero".
    if rest is None or rest[0] == 0 or said.word(rest[1]) == "hundred":
        return value, end
    return value + rest[0], rest[1]


def _below_hundred(said: Utterance, at: int) -> tuple[int, int] | None:
    word = said.word(at)
    if word in SMALL:
        return SMALL[word], at + 1
    if word not in TENS:
        return None
    ones = SMALL.get(said.word(at + 1), 0)
    return (TENS[word] + ones, at + 2) if 0 < ones < 10 else (TENS[word], at + 1)


def groups(said: Utterance, at: int) -> list[Number]:
    """The numbers that follow each other from `at`: 9, 23 and 63 of `nine twenty three sixty three`.

    `oh` is a figure after another one or after `double`; a repeated figure is one group (`double oh` is 00).
    """
    found: list[Number] = []
    while len(found) < _LONGEST_RUN and (group := _group(said, found[-1].end if found else at, bool(found))):
        found.append(group)
    while found and said.word(found[-1].end - 1) == "o":
        found.pop()
    return found


def _group(said: Utterance, at: int, continues: bool) -> Number | None:
    times = TIMES.get(said.word(at), 1)
    if times > 1:
        figure = _figure(said.word(at + 1))
        return Number(figure * times, at + 2, (figure,) * times) if figure else None
    if said.word(at) in ZERO:
        return Number("0", at + 1, ("0",)) if continues else None
    if continues and said.word(at) == "a":
        return None
    return cardinal(said, at)


def _figure(word: str) -> str:
    if word in ZERO:
        return "0"
    value = SMALL.get(word, 10)
    return str(value) if value < 10 else ""


def number(said: Utterance, at: int, naming: bool = False) -> Number | None:
    """The number that begins at token `at`, as far as it goes; `naming`: figures are expected here.

    Words that are no number where they stand alone (`one`, `oh`) are numbers here: the caller knows the place.
    """
    signed = said.word(at) in ("minus", "negative") and not ends_number(said, at)
    found = _unsigned(said, at + signed, naming)
    if found is None or not signed:
        return found
    return Number(f"-{found.digits}", found.end, (f"-{found.digits}",)) if found.kind is SpanKind.NUMBER else None


def ends_number(said: Utterance, at: int) -> bool:
    """Whether a number ends just before token `at`, as in `seven minus two`."""
    return said.is_number(at - 1) or said.word(at - 1) in SMALL or said.word(at - 1) in TENS


def _unsigned(said: Utterance, at: int, naming: bool) -> Number | None:
    if said.is_number(at):
        return _written(said, at, naming)
    run = groups(said, at)
    if not run:
        return _leading_zero(said, at)
    whole = _joined(said, run, naming) or run[0]
    if len(whole.groups) > 1 and whole is run[0]:
        return None  # "double five" may be two rooms
    return _with_half(said, _with_decimals(said, whole))


def _leading_zero(said: Utterance, at: int) -> Number | None:
    """`oh four one two`: at least four figures, not all of them `oh`."""
    start = at
    while said.word(start) == "oh" and start - at < _LONGEST_RUN:
        start += 1
    rest = groups(said, start) if start > at else []
    digits = "0" * (start - at) + "".join(group.digits for group in rest)
    if not rest or len(digits) < 4 or any(len(part) > 1 for group in rest for part in group.groups):
        return None
    return Number(digits, rest[-1].end, tuple(digits), SpanKind.DIGITS)


def _joined(said: Utterance, run: list[Number], naming: bool) -> Number | None:
    """The groups as figures in a row, where they are said so: `one seventy five`, not `two three`."""
    run = _before_large(run)
    if len(run) == 1 and len(run[0].groups) == 1:
        return None
    digits = "".join(group.digits for group in run)
    parts = tuple(part for group in run for part in group.groups)
    alike = all(len(part) == 1 for part in parts)
    if alike and len(digits) < 3 and not naming:
        return None
    if not alike and not naming and _is_enumeration(said, run):
        return None
    return Number(digits, run[-1].end, parts, SpanKind.DIGITS)


def _before_large(run: list[Number]) -> list[Number]:
    """The groups up to the first of three figures or more that is no repetition; that one alone if it comes first."""
    for count, group in enumerate(run):
        if len(group.groups) == 1 and len(group.digits) > 2:
            return run[: max(count, 1)]
    return run


def _is_enumeration(said: Utterance, run: list[Number]) -> bool:
    """`twenty thirty people`, `ninety nine five star reviews`, `two thirteen inch screens`."""
    values = [int(group.digits) for group in run]
    if len(run) > 2:
        return False
    ascending = all(value % 10 == 0 for value in values) and values[1] == values[0] + 10
    counts = len(run[0].digits) == 1 and said.word(run[1].end) in _COMPOUNDS
    return ascending or counts or (len(run[0].digits) == 2 and len(run[1].digits) == 1)


def _with_decimals(said: Utterance, whole: Number) -> Number:
    """`two point five`, `nine point nine five`, `one point twenty five`."""
    if said.word(whole.end) not in ("point", "dot"):
        return whole
    run = groups(said, whole.end + 1)
    if not run and said.word(whole.end + 1) == "oh":
        run = [Number("0", whole.end + 2, ("0",)), *groups(said, whole.end + 2)]
    first = run[0].digits if run else ""
    kept = run[:1] if len(first) == 2 else run[: _singles(run)]
    if not kept or len(first) > 2:
        return whole
    digits = f"{whole.digits}.{''.join(group.digits for group in kept)}"
    return Number(digits, kept[-1].end, (digits,))


def _singles(run: list[Number]) -> int:
    return next((count for count, group in enumerate(run) if len(group.digits) > 1), len(run))


def _with_half(said: Utterance, whole: Number) -> Number:
    """`two and a half`."""
    part = _FRACTIONS.get((said.word(whole.end + 1), said.word(whole.end + 2)))
    if said.word(whole.end) != "and" or part is None or "." in whole.digits or not whole.is_amount:
        return whole
    digits = str(whole.value + Decimal(part))
    return Number(digits, whole.end + 3, (digits,))


def _written(said: Utterance, at: int, naming: bool) -> Number | None:
    """A number in figures, `5 thousand`, or single figures in a row: `4 8 2 1 3`."""
    text = said.word(at).replace(",", "")
    end = at + 1
    if len(text) == 1 or naming:
        row = _row(said, at)
        if len(row) > 1 and (naming or len(row) > 2):
            return Number("".join(row), at + len(row), tuple(row), SpanKind.DIGITS)
    scale = SCALES.get(said.word(end)) or (100 if said.word(end) == "hundred" else 0)
    if scale and len(text) <= _MOST_FIGURES:
        value = Decimal(text) * scale
        digits = f"{value:.0f}" if value == value.to_integral_value() else f"{value:f}"
        return Number(digits, end + 1, (digits,))
    kind = SpanKind.DIGITS if len(text) > 1 and text[0] == "0" and text[1] != "." else SpanKind.NUMBER
    return _with_half(said, Number(text, end, (text,), kind))


def _row(said: Utterance, at: int) -> list[str]:
    """The figures that follow each other from `at`, single ones only where the first is single."""
    row: list[str] = []
    single = len(said.word(at)) == 1
    while len(row) < _LONGEST_RUN and said.is_number(at + len(row)) and said.word(at + len(row)).isdigit():
        if single and len(said.word(at + len(row))) > 1:
            break
        row.append(said.word(at + len(row)))
    return row


def is_naming(said: Utterance, at: int) -> bool:
    """Whether what stands before token `at` says that figures name something: `order number is`."""
    before = at - 1
    while said.word(before) in ("is", "the", "with", ":") and at - before <= _NAMING_DISTANCE:
        before -= 1
    return said.word(before) in NAMING


def read_number(said: Utterance, at: int) -> Reading | None:
    """A number that stands for itself; `one` alone is left, and so is a million thanks."""
    naming = is_naming(said, at)
    found = number(said, at, naming)
    if found is None or said.is_glued(at) or said.is_glued(found.end):
        return None
    alone = found.end == at + 1 and not said.is_number(at)
    if alone and _is_vague(said, at):
        return None
    if said.is_number(at) and found.kind is SpanKind.NUMBER and not said.source(at, found.end).endswith(_HALVES):
        return Reading(found.end, found.kind, found.digits, said.source(at, found.end))
    return Reading(found.end, found.kind, found.digits, found.digits)


def _is_vague(said: Utterance, at: int) -> bool:
    """`one of them`, `one or two`, `three quarters`."""
    if said.word(at) == "one":
        return said.word(at - 1) not in _NUMBERED
    after_one = said.word(at - 2) == "one" and said.word(at - 1) in ("or", "and", "to")
    return after_one or said.word(at + 1) in _DENOMINATORS


def read_dictated(said: Utterance, at: int) -> Reading | None:
    """Single figures in words and in figures, and with commas as transcripts write dictation: `4, 8, 2, one`.

    Three are enough, with commas four unless an order number or the like is expected. `4, 8, 2 and 1` is a list.
    """
    figures, end, commas = "", at, 0
    while len(figures) < _LONGEST_RUN and (figure := _dictated_figure(said, end)):
        figures, after = figures + figure, end + 1
        more = len(figures) < _LONGEST_RUN and bool(_dictated_figure(said, after + 1))
        comma = more and said.word(after) == ","
        commas, end = commas + comma, after + comma
    enough = len(figures) > 3 or (len(figures) > 2 and (not commas or is_naming(said, at)))
    if not enough or said.is_glued(at) or said.word(end) == "and":
        return None
    return Reading(end, SpanKind.DIGITS, figures, figures)


def _dictated_figure(said: Utterance, at: int) -> str:
    if said.is_number(at) and len(said.word(at)) == 1 and not said.is_glued(at + 1):
        return said.word(at)
    return _figure(said.word(at)) if said.word(at) in SMALL else ""
