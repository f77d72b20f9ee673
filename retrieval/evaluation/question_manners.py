"""A question as people get it wrong and as recognition writes it down: slips of the finger, and numbers in words."""

import random
import re
from collections.abc import Callable

from retrieval.language.units import quantity, unit_word
from retrieval.language.wording import NUMBER_WORDS

MIN_MISSPELT = 5  # letters; slips in shorter words make other words of them
SLIPS_TRIED = 20
MOST_SPELLED = 4  # letters of a model code that are spelled one by one; more are read as a word
_WORD = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\s+")
_CODE = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[\w-]+")
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s?([^\W\d_]+)")
_IN_WORDS = {number: word for word, number in NUMBER_WORDS.items()}


def misspelt(text: str, dice: random.Random, is_word: Callable[[str], bool]) -> str:
    """`text` with one slip in one of its longer words; as it is where no slip gives what is not a word.

    The slips are those that Damerau (1964) found to be most: a letter too many, one missing, one for another, and two
    exchanged.
    """
    found = [match for match in _WORD.finditer(text) if len(match[0]) >= MIN_MISSPELT]
    for _ in range(SLIPS_TRIED if found else 0):
        match = dice.choice(found)
        slipped = _with_slip(match[0], dice)
        if slipped != match[0] and not is_word(slipped.lower()):
            return text[: match.start()] + slipped + text[match.end() :]
    return text


def _with_slip(word: str, dice: random.Random) -> str:
    """`word` with a slip after its first letter, which people get right."""
    at = dice.randrange(1, len(word) - 1)
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    return dice.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + letter + word[at + 1 :],
        )
    )


def as_heard(text: str) -> str:
    """`text` as recognition writes it: small letters, no signs, numbers in words, model codes letter by letter.

    `IPX4` is `I P X four`, `500ml` is `five hundred millilitres`, `2.5` is `two point five`.
    """
    said: list[str] = []
    for token in text.split():
        bare = token.strip(".,;:!?()[]\"'")
        measure = _MEASURE.fullmatch(bare)
        if measure and (unit := unit_word(measure[2])):
            said.append(quantity(measure[1], unit).replace(measure[1], number_in_words(measure[1]), 1))
        elif _CODE.fullmatch(bare):
            said += [_piece_of_code(piece) for piece in re.findall(r"\d+|[^\W\d_]+", bare)]
        else:
            pieces = [piece for piece in _PIECE.findall(token) if piece.strip()]
            said += [number_in_words(piece) if piece[0].isdigit() else piece.lower() for piece in pieces]
    return " ".join(said)


def _piece_of_code(piece: str) -> str:
    if piece.isdigit():
        return number_in_words(piece)
    return " ".join(piece.upper()) if len(piece) <= MOST_SPELLED else piece.lower()


def number_in_words(digits: str) -> str:
    """A number as it is said: `40` is `forty`, `2.5` is `two point five`, `1945` is `nineteen forty five`.

    More than four digits are said one by one; commas before three digits are marks of thousands.
    """
    plain = re.sub(r",(?=\d{3}(?!\d))", "", digits).replace(",", ".")
    whole, *decimals = plain.split(".")
    said = _whole(whole)
    return " point ".join((said, *(" ".join(_IN_WORDS[int(digit)] for digit in part) for part in decimals)))


def _whole(digits: str) -> str:
    number = int(digits)
    if len(digits) > 4 or (digits[0] == "0" and len(digits) > 1):
        return " ".join(_IN_WORDS[int(digit)] for digit in digits)
    if number < 100:
        return _below_hundred(number)
    head, tail = divmod(number, 100)
    if head < 10:
        return f"{_IN_WORDS[head]} hundred" + (f" and {_below_hundred(tail)}" if tail else "")
    if head % 10 == 0 and tail < 10:
        return f"{_IN_WORDS[head // 10]} thousand" + (f" {_IN_WORDS[tail]}" if tail else "")
    rest = "hundred" if not tail else f"oh {_IN_WORDS[tail]}" if tail < 10 else _below_hundred(tail)
    return f"{_below_hundred(head)} {rest}"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _IN_WORDS[number] if number in _IN_WORDS else f"{_IN_WORDS[10 * tens]} {_IN_WORDS[ones]}"
