"""The tokens that the grammars of spoken forms read."""

import re
from dataclasses import dataclass
from datetime import date

# What is never taken apart: addresses, clock times, dates, versions, telephone numbers, fractions. What may begin
# anywhere is bounded, so that the time grows with the length of the text alone. RFC 5321: 64 characters before the @.
_OPAQUE = (
    r"(?<!\S)[^\s@]{1,64}@\S+|\w{1,32}://\S+|\d{1,2}:\d{2}(?!\d)|\d+(?:\.\d+){2,}|\d+(?:/\d+)+"
    r"|(?=[\d-]{0,32}\d\d)\d+(?:-\d+)+(?!\w)"
    r"|[^\W\d_]{2,}(?:\.[^\W\d_]{2,})+"
)
_NUMBER = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d+)?(?!,?\d)|\d+(?:\.\d+)?"
_WORD = r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*"
_TOKEN = re.compile(rf"(?P<opaque>{_OPAQUE})|(?P<number>{_NUMBER})|(?P<word>{_WORD})|(?P<hyphen>(?<=\w)-(?=\w))|\S")

_LONGEST_ABBREVIATION = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number in figures or a mark, at characters `start` to `end` (exclusive)."""

    text: str
    word: str
    start: int
    end: int
    is_number: bool
    is_word: bool
    glued: bool
    """Whether nothing stands between it and the token before."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text and its tokens; hyphens within words stand between tokens, as spaces do."""

    text: str
    tokens: tuple[Token, ...]
    is_shouted: bool = False
    """Whether whole words are in capitals, so that capitals say nothing."""
    today: date | None = None
    """The day on which it was said, where that is known."""

    def word(self, at: int) -> str:
        """Token number `at` in lower case; empty before the first and after the last."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def words(self, at: int, count: int) -> tuple[str, ...]:
        """`count` tokens from `at` on."""
        return tuple(self.word(at + offset) for offset in range(count))

    def is_number(self, at: int) -> bool:
        """Whether token `at` is a number in figures."""
        return 0 <= at < len(self.tokens) and self.tokens[at].is_number

    def is_word(self, at: int) -> bool:
        """Whether token `at` is made of letters."""
        return 0 <= at < len(self.tokens) and self.tokens[at].is_word

    def is_glued(self, at: int) -> bool:
        """Whether token `at` continues the word or number before it without a space or hyphen."""
        if not 0 < at < len(self.tokens) or not self.tokens[at].glued:
            return False
        pair = self.tokens[at - 1 : at + 1]
        return all(token.is_number or token.is_word for token in pair)

    def source(self, at: int, end: int) -> str:
        """The text of the tokens from `at` to `end` (exclusive)."""
        return self.text[self.tokens[at].start : self.tokens[end - 1].end]


def word_set(text: str) -> frozenset[str]:
    """The words of `text`, split at white space; for tables."""
    return frozenset(text.split())


def tokenize(text: str, today: date | None = None) -> Utterance:
    """The tokens of `text`, said on the day `today`."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "hyphen":
            continue
        glued = bool(tokens) and tokens[-1].end == match.start()
        kind = match.lastgroup
        word = match.group().lower().replace("\u2019", "'")
        tokens.append(Token(match.group(), word, *match.span(), kind == "number", kind == "word", glued))
    is_shouted = any(len(token.text) > _LONGEST_ABBREVIATION and token.text.isupper() for token in tokens)
    return Utterance(text, tuple(tokens), is_shouted, today)
