"""Reads and writes amounts of money."""

import re
from dataclasses import dataclass

from retrieval.language.wording import word_set

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_CODES = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "¥": "JPY", "₩": "KRW",
    "zł": "PLN", "kč": "CZK", "r$": "BRL", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "fr.": "CHF",
}  # fmt: skip
_KNOWN = word_set(
    """
    AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KES KRW KWD LKR MAD MXN
    MYR NGN NOK NPR NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR
    """
)
_SPACED = re.compile(r"[ '\u00a0\u202f]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ '\u00a0\u202f]\d{3})+(?:[.,]\d*)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_MONEY = re.compile(
    r"(?P<before>[^\d\s,.+-]*\.?)\s*(?P<digits>\d(?:[\d.,' \u00a0\u202f]*[\d.,])?)\s*(?P<after>[^\d\s]*)"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 code; None when nothing says the currency."""

    amount: float
    currency: str | None


def money_of(text: str) -> Money | None:
    """The one amount that `text` is: `$1,299.00`, `Rs. 1,299`, `1.299,00 €`, `EUR 45`, `12.50`; None for any other.

    A number as programs write it (`1.299`) is taken as it is. Else the last of `.` and `,` begins the decimals, unless
    just three digits follow the only kind of mark: those are thousands. "From $5", "$5 - $9" and "free" are no amounts.
    """
    if _PLAIN.fullmatch(text.strip()):
        return Money(float(text), None)
    match = _MONEY.fullmatch(text.strip().removesuffix("/-"))
    if match is None:
        return None
    marks = [mark for mark in (match["before"], match["after"]) if mark]
    codes = [currency_of(mark) for mark in marks]
    amount = amount_of(match["digits"])
    if amount is None or None in codes or len(set(codes)) > 1:
        return None
    return Money(amount, codes[0] if codes else None)


def currency_of(mark: str) -> str | None:
    """The ISO 4217 code of a code or sign as people write it; None when it is neither. `$` alone is USD."""
    return _CODES.get(mark.lower()) or (mark.upper() if mark.upper() in _KNOWN else None)


def amount_of(digits: str) -> float | None:
    """A number with marks for thousands and decimals as people write them; None when they make no sense."""
    if _SPACED.search(digits) and not _THOUSANDS.fullmatch(digits):
        return None
    plain = _SPACED.sub("", digits).rstrip(".,")
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return float(plain)
    whole, mark, decimals = plain.rpartition(marks[-1])
    if len(set(marks)) == 1 and (len(marks) > 1 or len(decimals) == 3 and whole.lstrip("0")):
        whole, decimals = plain, ""
    elif marks.count(mark) > 1:
        return None
    groups = re.split(r"[.,]", whole)
    # The last group has three digits; those before it may have two, as Indian lakhs do.
    if len(groups) > 1 and (len(groups[-1]) != 3 or any(len(group) not in (2, 3) for group in groups[1:-1])):
        return None
    return float("".join(groups) + "." + (decimals or "0"))


def format_price(amount: float, currency: str) -> str:
    """An amount as readers and voices both take it: `$1,299.99`, `$45`, `20 CHF`."""
    digits = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{digits}" if symbol else f"{digits} {currency}"
