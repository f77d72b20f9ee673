"""Says numbers in words, so that what is read can be compared with what was said."""

_SMALL_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_SMALL = _SMALL_WORDS.split()
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = [(10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")]
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_ORDINALS |= {"twelve": "twelfth"}


def in_words(value: int, link: str = " ") -> str:
    """`value` as a cardinal; `link` stands after hundreds: " " or " and "."""
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return _TENS[value // 10] + (f" {_SMALL[value % 10]}" if value % 10 else "")
    scale, name = next(each for each in _SCALES if each[0] <= value)
    rest = value % scale
    between = link if scale == 100 or rest < 100 else " "
    return f"{in_words(value // scale, link)} {name}" + (f"{between}{in_words(rest, link)}" if rest else "")


def ordinal_in_words(value: int) -> str:
    """`value` as an ordinal."""
    *head, last = in_words(value, " and ").split()
    if last.endswith("y"):
        return " ".join([*head, f"{last[:-1]}ieth"])
    return " ".join([*head, _ORDINALS.get(last, f"{last}th")])


def one_by_one(digits: str, zero: str = "zero") -> str:
    """Each figure by itself."""
    return " ".join(zero if digit == "0" else _SMALL[int(digit)] for digit in digits)
