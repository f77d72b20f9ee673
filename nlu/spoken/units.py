"""The units that are said after a number, and their symbols."""

from nlu.spoken.tokens import Utterance

_PREFIXES = {"": "", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "milli": "m", "centi": "c"}
# Base, symbol, prefixes it is used with.
_METRIC = """
hertz Hz - kilo mega giga
byte B kilo mega giga tera
watt W - kilo milli
volt V - kilo milli
gram g - kilo milli
liter l - milli
litre l - milli
meter m kilo milli centi
metre m kilo milli centi
second s milli
"""
# Symbol: what is said for it.
_OTHERS = """
mAh: milliamp hours, milliamp hour, milliampere hours, milliampere hour, milli amp hours, milli amp hour
Wh: watt hours, watt hour
kWh: kilowatt hours, kilowatt hour
kg: kilo, kilos
GB: gig, gigs
MB: megs
MP: megapixel, megapixels, mega pixel, mega pixels
Gbit/s: gigabits per second
Mbit/s: megabits per second
dB: decibel, decibels
°C: degrees celsius
°F: degrees fahrenheit
%: percent, per cent
"""
# Said letter by letter, or written already.
_SPELLED = "GB TB MB KB GHz MHz kHz Hz kg cm mm km ml mAh kWh Wh dB"
_WRITTEN = "W V % °C °F"
# Units that stay as they are said; which pounds are meant, money or weight, others decide.
_WORDED_TABLE = """
in: inch, inches
ft: foot, feet
yd: yard, yards
mi: mile, miles
m: meter, meters, metre, metres
oz: ounce, ounces
lb: pound, pounds
s: second, seconds
min: minute, minutes
h: hour, hours
d: day, days
week: week, weeks
month: month, months
year: year, years
°: degree, degrees
lm: lumen, lumens
A: amp, amps
bit: bit, bits
"""

Names = dict[tuple[str, ...], str]


def _metric() -> Names:
    """The names of the metric units: `gigahertz`, `giga hertz`, in singular and plural."""
    table: Names = {}
    for line in _METRIC.split("\n")[1:-1]:
        base, symbol, *prefixes = line.split()
        for prefix in ("" if prefix == "-" else prefix for prefix in prefixes):
            for name in (base, f"{base}s"):
                table[(f"{prefix}{name}",)] = _PREFIXES[prefix] + symbol
                table[(*prefix.split(), name)] = _PREFIXES[prefix] + symbol
    return table


def _table(lines: str) -> Names:
    pairs = (line.split(": ") for line in lines.strip().split("\n"))
    return {tuple(name.split()): symbol for symbol, names in pairs for name in names.split(", ")}


def _symbols() -> Names:
    spelled = {tuple(symbol.lower()): symbol for symbol in _SPELLED.split()}
    plain = {(symbol.lower(),): symbol for symbol in (_SPELLED + " " + _WRITTEN).split()}
    return spelled | plain | {("°", "c"): "°C", ("°", "f"): "°F"}


_SYMBOLIC: Names = _metric() | _table(_OTHERS) | _symbols()
_WORDED: Names = _table(_WORDED_TABLE)
_LONGEST = max(map(len, _SYMBOLIC))


def unit_at(said: Utterance, at: int) -> tuple[str, int, bool] | None:
    """The symbol of the unit at token `at`, the token after it, and whether it is written as it is said."""
    for count in range(_LONGEST, 0, -1):
        symbol = _SYMBOLIC.get(said.words(at, count))
        if symbol:
            return symbol, at + count, False
    worded = _WORDED.get(said.words(at, 1))
    return (worded, at + 1, True) if worded else None
