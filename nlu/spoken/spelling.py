"""Letters and figures said one by one: `c i n d y`, `w h one thousand x m five`, `b as in bravo`."""

from dataclasses import dataclass

from nlu.spoken.numbers import ends_number, number
from nlu.spoken.span import Reading, SpanKind
from nlu.spoken.tokens import Token, Utterance, word_set

_NATO_WORDS = """alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa
quebec romeo sierra tango uniform victor whiskey xray yankee zulu"""
_NATO = {word: word[0] for word in _NATO_WORDS.split()} | {"alfa": "a", "juliet": "j", "whisky": "w"}
_NATO_AT_LEAST = 3  # fewer may be a hotel in India
_NAMES = {"zee": "z", "zed": "z", "aitch": "h"}
FIRST_WORDS = frozenset({*_NATO, *_NAMES, "double", "triple"})
"""Words that something spelled may begin with, but for letters, capitals and what has no vowel."""
# Letters that are words by themselves.
_WORDS = frozenset("ai")
_SPELLED_AFTER = word_set("spell spelled spelt letter letters code enter is it's as number model called with :")
_AFTER_LAST_A = word_set("please thanks thank and or is in for on at to from with that then")
# Written so, and what follows them is not of the same word.
_ACRONYMS = {
    tuple(name.replace("-", "").lower()): name
    for name in ("USB", "USB-C", "TV", "HDMI", "LED", "OLED", "GPS", "NFC", "SSD", "DVD", "CD", "PC", "VR", "ID", "UK")
}
_LONGEST_FIRST = sorted(_ACRONYMS, key=len, reverse=True)
_LINKS = (("as", "in", "the", "word"), ("as", "in"), ("like", "in"), ("for",))  # before the word for a letter
_BEGIN_LINKS = frozenset(link[0] for link in _LINKS)
_LONGEST_CAPITALS = 3
_COMMAS_AT_LEAST = 4
_MOST_PIECES = 40
_SOUNDS = frozenset("aeiouy'")
_ABBREVIATIONS = word_set("mr mrs ms dr st nd rd th vs hmm shh pm gb tb mb kb hz ghz mhz khz kg cm mm km ml kwh db")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a code, up to token `end`."""

    text: str
    end: int
    is_single: bool = False
    """A letter said by itself."""
    is_surely: bool = False
    """A letter by way of a word: `b as in bravo`."""

    @property
    def is_digits(self) -> bool:
        return self.text.isdigit()


def read_code(said: Utterance, at: int) -> Reading | None:
    """Letters, or letters and figures, that form one word."""
    if said.is_glued(at):
        return None
    pieces = _trimmed(said, at, _pieces(said, at))
    acronym = None if _is_model(pieces) else _read_acronym(said, at)
    if acronym is not None:
        return acronym
    spelled = _assemble(said, at, pieces) if pieces else None
    chunk = _read_chunk(said, at)
    return spelled if chunk is None or (spelled and spelled.end > chunk.end) else chunk


def may_begin_code(said: Utterance, at: int) -> bool:
    """Whether a code can begin with a word that is none of `FIRST_WORDS`."""
    return len(said.word(at)) == 1 or (at + 1 < len(said.tokens) and _is_linked(said, at + 1)) or _is_short(said, at)


def _read_chunk(said: Utterance, at: int) -> Reading | None:
    """A code that is already written: letters and figures with no space among them, not spelled out."""
    end = at + 1
    while end < len(said.tokens) and _is_linked(said, end):
        end += 1
        if end - at > _MOST_PIECES:
            return None
    parts = said.tokens[at:end]
    has_both = any(part.is_number for part in parts) and any(part.is_word for part in parts)
    if not has_both or any(part.is_word and len(part.text) > _longest_part(part) for part in parts):
        return None
    letters = [part.is_word and len(part.text) == 1 for part in parts]
    spelled = any(
        pair == (True, True) and not said.tokens[at + offset].glued
        for offset, pair in enumerate(zip(letters, letters[1:], strict=False), start=1)
    )
    digits_apart = any(a.is_number and b.is_number for a, b in zip(parts, parts[1:], strict=False))
    if spelled or digits_apart or not parts[0].is_word:
        return None
    value = "".join(part.text for part in parts).upper()
    return None if not value.isalnum() else Reading(end, SpanKind.CODE, value, said.source(at, end))


def _longest_part(part: Token) -> int:
    """Letters of a code are few; those of a word, as in `covid-19`, are more and small."""
    return _LONGEST_CAPITALS + 2 if part.text.isupper() else _LONGEST_CAPITALS


def _is_linked(said: Utterance, at: int) -> bool:
    """Whether token `at` continues the one before by a hyphen or by nothing."""
    before, token = said.tokens[at - 1 : at + 1]
    between = said.text[before.end : token.start]
    return between in ("", "-") and all(part.is_word or part.is_number for part in (before, token))


def _read_acronym(said: Utterance, at: int) -> Reading | None:
    first = said.word(at)
    for letters in _LONGEST_FIRST:
        end = at + len(letters)
        if (
            letters[0] == first
            and said.words(at, len(letters)) == letters
            and not (len(said.word(end)) == 1 and said.is_word(end))
        ):
            return Reading(end, SpanKind.SPELLING, "".join(letters).upper(), _ACRONYMS[letters])
    return None


def _pieces(said: Utterance, at: int) -> list[_Piece]:
    """The letters, capitals and numbers that follow each other from `at`."""
    pieces: list[_Piece] = []
    end = at
    while len(pieces) < _MOST_PIECES:
        end = _after_separator(said, end) if pieces else end
        piece = _letter(said, end) or _nato(said, end) or _capitals(said, end)
        if piece is None and pieces:
            piece = _digits(said, end)
        if piece is None:
            return pieces
        pieces.append(piece)
        end = piece.end
    return pieces


def _after_separator(said: Utterance, at: int) -> int:
    """Past the mark that a transcript puts after each letter, or the hyphen that was said between them."""
    after_letter = said.is_word(at - 1) and len(said.word(at - 1)) == 1
    before_letter = said.is_word(at + 1) and len(said.word(at + 1)) == 1
    before_digits = said.is_number(at + 1) and said.words(at - 2, 1) == (".",)
    if after_letter and ((said.word(at) in (".", ",") and before_letter) or (said.word(at) == "." and before_digits)):
        return at + 1
    spoken = said.word(at) in ("dash", "hyphen")
    follows = _letter(said, at + 1) or number(said, at + 1)
    return at + 1 if spoken and follows else at


def _letter(said: Utterance, at: int) -> _Piece | None:
    word = said.word(at)
    if word in ("double", "triple") and said.is_word(at + 1):
        if said.words(at, 2) == ("double", "u"):
            return _explained(said, "w", at + 2)
        again = said.word(at + 1)
        times = 2 if word == "double" else 3
        return _Piece(again * times, at + 2, True) if len(again) == 1 and again not in _WORDS else None
    letter = _NAMES.get(word, word)
    if len(letter) != 1 or not letter.isalpha() or not letter.isascii():
        return None
    return _explained(said, letter, at + 1)


def _explained(said: Utterance, letter: str, at: int) -> _Piece:
    """`letter` with the word that explains it: `as in apple`, `for bravo`, `like the word apple`."""
    for link in _LINKS if said.word(at) in _BEGIN_LINKS else ():
        example = said.word(at + len(link))
        if said.words(at, len(link)) == link and len(example) > 2 and example.startswith(letter):
            weak = link == ("for",)
            if not weak or letter not in _WORDS or _NATO.get(example) == letter:
                return _Piece(letter, at + len(link) + 1, True, not weak)
    return _Piece(letter, at, True)


def _nato(said: Utterance, at: int) -> _Piece | None:
    """A word of the spelling alphabet, among enough of them."""
    if said.word(at) not in _NATO:
        return None
    reach = range(at - _NATO_AT_LEAST + 1, at + 1)
    among = any(all(word in _NATO for word in said.words(first, _NATO_AT_LEAST)) for first in reach)
    return _Piece(_NATO[said.word(at)], at + 1, True) if among else None


def _capitals(said: Utterance, at: int) -> _Piece | None:
    """`WH` of `WH 1000 XM5`, and `wh` of a transcript in small letters: no word is without a vowel."""
    word = said.word(at)
    return _Piece(word, at + 1) if _is_short(said, at) and tuple(word) not in _ACRONYMS else None


def _is_short(said: Utterance, at: int) -> bool:
    """Whether a word is of a few capitals, or of a few letters of which none is a vowel."""
    word = said.word(at)
    if not said.is_word(at) or not 1 < len(word) <= _LONGEST_CAPITALS:
        return False
    capital = not said.is_shouted and said.tokens[at].text.isupper() and word.isalpha()
    return capital or (not _SOUNDS.intersection(word) and word not in _ABBREVIATIONS)


def _digits(said: Utterance, at: int) -> _Piece | None:
    found = number(said, at, naming=True)
    if found is None or not found.digits.isdigit():
        oh = said.word(at) == "oh"
        return _Piece("0", at + 1) if oh else None
    return _Piece(found.digits, found.end)


def _trimmed(said: Utterance, at: int, pieces: list[_Piece]) -> list[_Piece]:
    """Without an article or pronoun at either end: `a w h one thousand`, `the x m i want`."""
    if pieces and pieces[0].text in _WORDS and pieces[0].is_single and not pieces[0].is_surely:
        dictated = len(pieces) > 2 and pieces[1].is_single and pieces[2].is_single
        dictated = dictated and not _is_model(pieces[1:]) and not _read_acronym(said, at + 1)
        led = (at == 0 or not said.is_word(at - 1)) and dictated
        if pieces[0].end == at + 1 and not led and said.word(at - 1) not in _SPELLED_AFTER:
            return []
    last = pieces[-1] if pieces else None
    if last and last.text in _WORDS and not last.is_surely and said.word(last.end - 1) == last.text:
        after = said.word(last.end)
        if said.is_word(last.end) and not (last.text == "a" and after in _AFTER_LAST_A):
            pieces = pieces[:-1]
    return pieces


def _assemble(said: Utterance, at: int, pieces: list[_Piece]) -> Reading | None:
    end = pieces[-1].end
    is_product = pieces[0].text == "x" and ends_number(said, at)  # "twenty x twenty"
    is_list = len(pieces) < _COMMAS_AT_LEAST and any(said.word(place) == "," for place in range(at, end))  # "S, M, L"
    if not _is_code(pieces) or said.is_glued(end) or is_product or is_list:
        return None
    value = "".join(piece.text for piece in pieces).upper()
    if not any(piece.is_digits for piece in pieces):
        return Reading(end, SpanKind.SPELLING, value, value)
    return Reading(end, SpanKind.CODE, value, with_hyphen(value))


def _is_code(pieces: list[_Piece]) -> bool:
    """Whether the pieces are surely one word: two letters said by themselves, or letters and figures in turns."""
    singles = [piece for piece in pieces if piece.is_single]
    words_only = all(piece.text in _WORDS for piece in singles)
    digits = sum(piece.is_digits for piece in pieces)
    if any(not piece.is_single and not piece.is_digits for piece in pieces):
        return _is_model(pieces)
    if digits:
        return len(singles) > 1 or (bool(singles) and pieces[0].text not in "aio")
    return any(piece.is_surely for piece in singles) or (len(singles) > 1 and not words_only)


def _is_model(pieces: list[_Piece]) -> bool:
    """Whether figures, letters and figures follow each other."""
    turns = any(a.is_digits and not b.is_digits for a, b in zip(pieces, pieces[1:], strict=False))
    return turns and sum(piece.is_digits for piece in pieces) > 1


def with_hyphen(code: str) -> str:
    """WH1000XM5 as makers write it, WH-1000XM5: a hyphen before figures that letters and figures follow."""
    split = next((at for at, character in enumerate(code) if character.isdigit()), 0)
    rest = code[split:].lstrip("0123456789")
    is_model = split > 1 and any(character.isdigit() for character in rest)
    return f"{code[:split]}-{code[split:]}" if is_model else code
