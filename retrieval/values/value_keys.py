"""Writes values so that they compare: in one case, number and spelling, and without spaces."""

import re
from collections.abc import Iterator, Sequence

from retrieval.language.remembering import remembered
from retrieval.language.wording import with_digits, word_set, words

MOST_WORDS = 6  # of a value: more are a sentence
MOST_WORDS_OF_PART, MOST_PARTS = 4, 40
FORMS_REMEMBERED = 16384
_MARK = re.compile(r"\s*[,;|/•·\n]\s*|\s+(?:and|&|\+|or)\s+")
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_UNSAID = word_set("a an the and of")  # words that values are written with and without
_IRREGULAR = {
    "children": "child", "kids": "kid", "people": "person", "men": "man", "women": "woman", "feet": "foot",
    "mice": "mouse", "leaves": "leaf", "knives": "knife", "shelves": "shelf", "grey": "gray", "theatre": "theater",
    "veggie": "vegetarian", "tyre": "tire", "tyres": "tire", "aluminium": "aluminum", "metre": "meter",
}  # fmt: skip
_PLURALS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))
_SPELLINGS = ((re.compile(r"tre$"), "ter"), (re.compile(r"(?<=..)our$"), "or"), (re.compile(r"ise$"), "ize"))


def _form_of(word: str) -> str:
    """A word without its plural, in one of its spellings: `centres` is `center`. Its other endings stay."""
    if known := _IRREGULAR.get(word):
        return known
    for ending, replacement in _PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for pattern, other in _SPELLINGS:
        word = pattern.sub(other, word)
    return word


form_of = remembered(_form_of, FORMS_REMEMBERED)


def key_of(tokens: Sequence[str]) -> str:
    """The key of a value that is written in these tokens: `Guest Houses` and `guesthouse` have the same."""
    return "".join(form_of(token) for token in tokens if token not in _UNSAID)


def value_key(text: str) -> str:
    """The key of a value."""
    return key_of(with_digits(words(text)))


def forms_in(text: str) -> tuple[str, ...]:
    """The forms of the words of a value, each once."""
    return tuple(dict.fromkeys(form_of(word) for word in with_digits(words(text)) if word not in _UNSAID))


def values_in(text: str) -> Iterator[str]:
    """The values that one cell states: itself where it is short, and its parts where it lists some."""
    if 0 < len(words(text)) <= MOST_WORDS:
        yield text.strip()
    bare = _BRACKETS.sub("", text)
    parts = [part for part in _MARK.split(bare) if part.strip()]
    if len(parts) > MOST_PARTS or (len(parts) < 2 and bare == text):
        return
    yield from (part.strip() for part in parts if 0 < len(words(part)) <= MOST_WORDS_OF_PART)
