"""Amounts of money and of units: `forty nine ninety five`, `two point five gigahertz`."""

from decimal import Decimal

from nlu.spoken.numbers import TENS, Number, is_naming, number
from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Utterance, word_set
from nlu.spoken.units import unit_at

SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_SIGNS = {code: symbol for symbol, code in SYMBOLS.items()}
_CURRENCIES = {
    **dict.fromkeys(("dollar", "dollars", "buck", "bucks", "usd"), "USD"),
    **dict.fromkeys(("euro", "euros", "eur"), "EUR"),
    **dict.fromkeys(("quid", "gbp"), "GBP"),
}
_HUNDREDTHS = {"cent": "USD", "cents": "USD", "pence": "GBP"}
# What these stand before is an amount of money.
_MONEY_CUES = word_set(
    """cost costs price prices priced pay pays paid paying worth under below budget spend spent spending sells
    cheaper above charge charges charged"""
)
# These only with `at` or `for`: "sold at nineteen fifty", not "do you sell the nineteen fifty model".
_SALES = word_set("sell sold selling offered retails valued")
_CUE_DISTANCE = 3
_CUE_FILLERS = word_set("is was are for about around at than just only of the it that me my us to a now")
_PRICE_ENDINGS = ("95", "99")

# "One second, please" is a moment; "one day" is some day.
_NOT_COUNTED = word_set("second minute day foot bit")
# Said after a number, a letter that makes a class: 4K, 5G, 3D, 1080p.
_CLASSES = {"k": "K", "g": "G", "d": "D", "p": "p"}


def read_price(said: Utterance, at: int) -> Reading | None:
    """An amount of money, by its currency, by its cents or by what stands before it."""
    if said.word(at) in SYMBOLS and said.is_number(at + 1):
        return _signed_price(said, at)
    if said.is_glued(at):
        return None
    found = number(said, at)
    if found is None or not found.is_amount or found.digits.startswith("-") or said.is_glued(found.end):
        return None
    return _priced(said, at, found) or _unmarked_price(said, at, found)


def _signed_price(said: Utterance, at: int) -> Reading | None:
    """`$49`, `$49 and 95 cents`, `$2 million`."""
    amount = number(said, at + 1)
    if amount is None or not amount.is_amount or said.is_glued(amount.end):
        return None
    unit = SYMBOLS[said.word(at)]
    whole = _cents_after(said, amount)
    if whole is amount:
        return Reading(amount.end, SpanKind.PRICE, _money(amount.value), said.source(at, amount.end), unit)
    return _price(whole.end, whole.value, unit)


def _priced(said: Utterance, at: int, amount: Number) -> Reading | None:
    """`forty nine dollars and 95 cents`, `ninety nine cents`."""
    word = said.word(amount.end)
    if word in _HUNDREDTHS:
        return _price(amount.end + 1, amount.value / 100, _HUNDREDTHS[word])
    unit = _CURRENCIES.get(word) or ("GBP" if word in ("pound", "pounds") and _is_sterling(said, at, amount) else "")
    if not unit:
        return None
    split = _split_cents(amount) if amount.groups[-1] in _PRICE_ENDINGS else None
    value = split if split is not None else amount.value
    whole = _cents_after(said, Number(str(value), amount.end + 1, (str(value),)))
    return _price(whole.end, whole.value, unit)


def _is_sterling(said: Utterance, at: int, amount: Number) -> bool:
    pence = number(said, amount.end + 1 + (said.word(amount.end + 1) == "and"))
    return has_money_cue(said, at) or (pence is not None and said.word(pence.end) == "pence")


def _cents_after(said: Utterance, amount: Number) -> Number:
    """`amount` with the cents that follow it: `and ninety five cents`, or a last `ninety five` without a word after."""
    start = amount.end
    linked = said.word(start) in ("and", ",")
    cents = number(said, start + linked)
    if cents is None or "." in amount.digits or not _is_below_hundred(cents):
        return amount
    marked = _HUNDREDTHS.get(said.word(cents.end)) is not None
    bare = not linked and len(cents.digits) == 2 and not said.is_number(start) and not _goes_on(said, cents.end)
    if not marked and not bare:
        return amount
    value = amount.value + cents.value / 100
    return Number(str(value), cents.end + marked, (str(value),))


def _is_below_hundred(cents: Number) -> bool:
    return cents.digits.isdigit() and len(cents.digits) < 3 and int(cents.digits) > 0


def _goes_on(said: Utterance, at: int) -> bool:
    """Whether a word or a unit follows, as in `five dollars twenty people`."""
    return said.is_word(at) or unit_at(said, at) is not None


def _unmarked_price(said: Utterance, at: int, amount: Number) -> Reading | None:
    """`forty nine ninety five`: the last of the numbers said are cents."""
    value = _split_cents(amount)
    if value is None or is_naming(said, at) or unit_at(said, amount.end):
        return None
    charming = amount.groups[-1] in _PRICE_ENDINGS and not _is_year(amount)
    if charming or (has_money_cue(said, at) and value >= 10):
        return _price(amount.end, value, "USD")
    return None


def _split_cents(amount: Number) -> Decimal | None:
    *whole, cents = amount.groups
    if not whole or len(cents) != 2 or len(whole) > 2 or any(part == "0" for part in whole):
        return None
    return Decimal(f"{''.join(whole)}.{cents}")


def _is_year(amount: Number) -> bool:
    return len(amount.groups) == 2 and amount.groups[0] in ("18", "19", "20")


def has_money_cue(said: Utterance, at: int) -> bool:
    """Whether what stands before token `at` says that money is meant: `it is priced at`."""
    linked = False
    for before in range(at - 1, at - 1 - _CUE_DISTANCE, -1):
        word = said.word(before)
        if word in _MONEY_CUES or (linked and word in _SALES):
            return True
        if word not in _CUE_FILLERS:
            return False
        linked = linked or word in ("at", "for")
    return False


def _price(end: int, value: Decimal, unit: str) -> Reading:
    return Reading(end, SpanKind.PRICE, _money(value), _SIGNS[unit] + _money(value), unit)


def _money(value: Decimal) -> str:
    """A whole amount, or two decimals, or as many more as were said: 49, 49.50, 3.459."""
    whole, _, decimals = f"{value:f}".partition(".")
    return f"{whole}.{decimals:0<2}" if decimals.strip("0") else whole


def read_quantity(said: Utterance, at: int) -> Reading | None:
    """A number with its unit."""
    if said.is_glued(at):
        return None
    amount = number(said, at)
    unit = unit_at(said, amount.end) if amount else None
    if amount is None or unit is None:
        return _read_class(said, at, amount)
    symbol, end, is_worded = unit
    source = said.source(amount.end, end)
    lone_one = said.word(at) == "one" and amount.end == at + 1
    vague = lone_one and (source in _NOT_COUNTED or source.endswith("s"))  # "capital one miles"
    # "The twenty second" is a day, "a twenty second timer" is not.
    vague |= source == "second" and said.word(amount.end - 1) in TENS and said.word(at - 1) != "a"
    if said.is_glued(end) or vague:
        return None
    if said.is_number(at) and amount.end == at + 1 and (is_worded or source.lower() == symbol.lower()):
        return Reading(end, SpanKind.QUANTITY, amount.digits, said.source(at, end), symbol)
    space = "" if symbol == "%" else " "
    written = f"{amount.digits}{space}{source if is_worded else symbol}"
    return Reading(end, SpanKind.QUANTITY, amount.digits, written, symbol)


def _read_class(said: Utterance, at: int, amount: Number | None) -> Reading | None:
    """`four k`, `ten eighty p`."""
    if amount is None or said.word(amount.end) not in _CLASSES:
        return None
    end = amount.end + 1
    if len(said.word(end)) == 1 and said.is_word(end) or said.is_number(end) or said.is_glued(end):
        return None
    joined = amount.digits + _CLASSES[said.word(amount.end)]
    source = said.source(at, end)
    return Reading(end, SpanKind.CODE, joined, source if said.is_glued(amount.end) else joined)
