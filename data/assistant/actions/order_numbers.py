"""Order numbers as people write and say them."""

import re

DIGITS = 5
SPOKEN = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
TENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
TIMES = {"double": 2, "triple": 3}


def read_order_number(text: str) -> str | None:
    """The five digits in `text`, whatever stands between and around them; None when there are not five.

    >>> read_order_number("it is 4 8-2,1 3 please"), read_order_number("four eight two one three")
    ('48213', '48213')
    """
    alone = re.findall(rf"(?<!\d)\d{{{DIGITS}}}(?!\d)", text)
    if len(alone) == 1:
        return alone[0]
    digits = "".join(_digits_of(_words(text)))
    return digits if len(digits) == DIGITS else None


def names_digits(text: str) -> bool:
    """Return whether a number is meant: two digits at least, since "one" and "oh" are said for other things as well."""
    return len("".join(_digits_of(_words(text)))) > 1


def _words(text: str) -> list[str]:
    return re.findall(r"\d+|[a-z]+", text.lower())


def _digits_of(words: list[str]) -> list[str]:
    """The digits that the words spell: "forty eight" is 48, "double three" is 33."""
    found: list[str] = []
    times = 1
    open_ten = False
    for word in words:
        digit = word if word.isdigit() else SPOKEN.get(word, "")
        if open_ten and word in SPOKEN and digit not in ("", "0"):
            found[-1] = found[-1][0] + digit
        elif word in TENS:
            found.append(str(TENS[word]))
        elif digit:
            found.append(digit * times)
        open_ten = TENS.get(word, 0) >= 20
        times = TIMES.get(word, 1)
    return found
