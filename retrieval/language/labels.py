"""Reads the labels of a record as people mean them: `Item_Weight (g)` is the weight, in grams."""

import re
from dataclasses import dataclass

from retrieval.language.remembering import remembered
from retrieval.language.units import unit_word
from retrieval.language.wording import word_set, words

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTER = re.compile(r"[_./:-]+")
# Words in front that say nothing of the property, and words before a unit.
_EMPTY_FIRST = word_set(
    "item product article the total overall approx approximate is has attribute pa meta custom spec specs g"
)
_BEFORE_UNIT = word_set("in")
# First words of labels that say what the thing does, where others name a property; of the second kind, at what time.
_VERBS = word_set(
    """
    accepts admits comes connects contains fits holds hosts includes lasts needs repairs requires seats sells serves
    sleeps speaks suits supports teaches treats weighs works
    """
)
VERBS_OF_TIME = word_set("begins closes ends opens starts")
LABELS_REMEMBERED = 8192
MIN_COMPOUND, MIN_COMPOUND_FIRST = 5, 4  # letters of the last part of a compound, and of what stands before it
# Last words that are no property without what stands before them.
HEADS = word_set(
    "type kind number name time range form label design print open date single double output count energy use used art"
)


@dataclass(frozen=True, slots=True)
class PlainLabel:
    """A label as it is spoken, its words in the singular, and the unit that it gives its values, or none."""

    text: str
    words: tuple[str, ...]
    unit: str


def _plain_label(label: str) -> PlainLabel:
    """`label` without brackets, its unit, and words that every label may have."""
    in_brackets = [unit for inside in _BRACKETS.findall(label) if (unit := unit_word(inside.strip()))]
    bare = _BRACKETS.sub(" ", label)
    said = words(_NO_LETTER.sub(" ", _CAMEL.sub(" ", bare if words(bare) else label)))
    unit = in_brackets[0] if in_brackets else ""
    if not unit and len(said) > 1 and (found := unit_word(said[-1])):
        unit, said = found, said[:-1]
        said = said[:-1] if len(said) > 1 and said[-1] in _BEFORE_UNIT else said
    while len(said) > 1 and said[0] in _EMPTY_FIRST:
        said = said[1:]
    return PlainLabel(" ".join(said), tuple(map(singular, said)), unit)


plain_label = remembered(_plain_label, LABELS_REMEMBERED)


def says_what_it_does(label: str) -> bool:
    """Whether a label, in small letters, is a verb: `works with`, `treats`, `opens`."""
    return label.partition(" ")[0] in _VERBS or label in VERBS_OF_TIME


def singular(word: str) -> str:
    """A word without a plural's s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def extra_words(label: tuple[str, ...], known: tuple[str, ...]) -> int | None:
    """How many words `label` has before or after those of `known`; None when it neither ends nor begins with them."""
    if len(known) == 1 and len(known[0]) >= MIN_COMPOUND and any(_is_compound(word, known[0]) for word in label[-1:]):
        return len(label)
    more = len(label) - len(known)
    if more < 0 or not known or (len(known) == 1 and known[0] in HEADS and more):
        return None
    return more if label[more:] == known or label[: len(known)] == known else None


def _is_compound(word: str, last: str) -> bool:
    """Whether `word` is made of another and `last`, as German writes them: `Artikelgewicht` is a `Gewicht`."""
    return len(word) >= len(last) + MIN_COMPOUND_FIRST and word.endswith(last)
