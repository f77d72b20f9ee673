"""Words of a text: normalising, numbers in words, stop words, sentences."""

import re
import unicodedata

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'])")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: number for number, word in enumerate(_SMALL.split())}
NUMBER_WORDS |= {word: 10 * tens for tens, word in enumerate(_TENS.split(), start=2)}
MULTIPLIERS = {"hundred": 100, "thousand": 1000}
_MOST = 10**15  # no number in words is larger

_STOP = """a about all also am an and any anyone anything are as at be been but by can could d did do does doing
for from get gets got had has have he hello her hey hi him his how i i'd i'll i'm if in into is it it's
its just kindly know let like ll m me my need of ok okay on one ones or our out please really s she
should so some t tell than thank thanks that that's the their them then there these they this those to
uh um up us ve very want was we well were what what's when where which who whose why will with would yes
you your"""
STOP_WORDS = frozenset(_STOP.split())


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, split at white space; for tables."""
    return frozenset(text.split())


def words(text: str) -> list[str]:
    """Lower-case words and numbers of `text`, accents and possessive 's removed, contractions kept."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return [word.removesuffix("'s").replace(",", "") for word in _WORD.findall(plain)]


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in order."""
    return [word for word in words(text) if word not in STOP_WORDS]


def with_digits(tokens: list[str]) -> list[str]:
    """`tokens` with numbers in words written in digits: `one hundred and fifty` is `150`."""
    out: list[str] = []
    position = 0
    while position < len(tokens):
        value, used = _number_at(tokens, position)
        out.append(str(value) if used else tokens[position])
        position += used or 1
    return out


def _number_at(tokens: list[str], start: int) -> tuple[int, int]:
    """The number in words that begins at `start`, and how many tokens it takes (0: none)."""
    total, current, position, last = 0, 0, start, 1000
    while position < len(tokens):
        token = tokens[position]
        if token in NUMBER_WORDS and NUMBER_WORDS[token] < last:
            value = NUMBER_WORDS[token]
            current += value
            last = 10 if value >= 20 else 0  # "twenty five" is one number, "five five" is two
        elif token in MULTIPLIERS and current < _MOST:
            current = max(current, 1) * MULTIPLIERS[token]
            if token == "thousand":
                total, current = total + current, 0
            last = 100
        elif not (token == "and" and position > start and last == 100 and _is_small(tokens, position + 1)):
            break
        position += 1
    return total + current, position - start


def _is_small(tokens: list[str], position: int) -> bool:
    after = tokens[position + 1] if position + 1 < len(tokens) else ""
    return position < len(tokens) and tokens[position] in NUMBER_WORDS and after not in MULTIPLIERS


def stem(word: str) -> str:
    """A crude stem that joins plurals and simple verb forms; equal stems mean the words count as the same."""
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def sentences(text: str) -> list[str]:
    """The sentences of `text`, in order, without surrounding white space."""
    return [part.strip() for part in _SENTENCE_END.split(" ".join(text.split())) if part.strip()]


def slug_of(label: str) -> str:
    """`label` as the last part of a passage id: `Battery life` is `battery-life`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain.lower()).strip("-")


def clean(text: str) -> str:
    """`text` with what no encoder or database takes (lone surrogates, NUL) replaced by spaces."""
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")
