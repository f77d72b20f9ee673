"""What a project's lookup tables and synonyms name, put into its examples as further texts to learn from."""

import re
from collections.abc import Iterable, Sequence

from nlu.joint.entity_head import AnnotatedText

EXAMPLES_EACH = 4
"""In which a word stands: in a single one, it might be learnt for what stands around it."""
MOST_OF_A_NAME = 500
"""Texts of an entity: a catalogue of a hundred thousand names would outweigh what people wrote, and take minutes."""

Named = Iterable[tuple[str, str]]


def listed_texts(
    examples: Sequence[AnnotatedText], values: Named, tables: Named, synonyms: Named
) -> list[AnnotatedText]:
    """Texts for each entry of a table that is an entity and each synonym of an entity's value: examples of that entity
    in which it stands for what was said, so that it is learnt where people say such things.

    `values` are the names of the examples' entities with what they stand for, `tables` names with an entry, `synonyms`
    what is said with what it stands for. What an example says is left to it, an entity or not. Each stands in
    `EXAMPLES_EACH` examples; of an entity that would have more than `MOST_OF_A_NAME` texts so many are taken, from all
    over its listings. The texts have no intent. As mention replacement in Dai and Adel, arXiv:2010.11683.
    """
    places: dict[str, list[tuple[AnnotatedText, int]]] = {}
    for example in examples:
        for index, (kind, _) in enumerate(example.entities):
            places.setdefault(kind.name, []).append((example, index))
    listed: dict[str, dict[str, None]] = {name: {} for name in places}
    names_of: dict[str, set[str]] = {}
    for name, value in values:
        if name in listed:
            names_of.setdefault(value.casefold(), set()).add(name)
    for name, entry in tables:
        if name in listed:
            listed[name][entry] = None
            names_of.setdefault(entry.casefold(), set()).add(name)
    for words, value in synonyms:
        for name in names_of.get(value.casefold(), ()):
            listed[name][words] = None
    said = _runs_of_words(examples, {len(_words(entry)) for all_words in listed.values() for entry in all_words})
    return [
        _saying(words, *place)
        for name, all_words in listed.items()
        for words, place in _placed([entry for entry in all_words if _words(entry) not in said], places[name])
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _runs_of_words(examples: Sequence[AnnotatedText], lengths: set[int]) -> set[tuple[str, ...]]:
    """All that the examples say in so many words."""
    texts = [_words(example.text) for example in examples] if lengths else []
    return {
        words[begin : begin + length]
        for words in texts
        for length in lengths
        for begin in range(len(words) - length + 1)
    }


def _placed(
    words: list[str], places: list[tuple[AnnotatedText, int]]
) -> Iterable[tuple[str, tuple[AnnotatedText, int]]]:
    """At most `MOST_OF_A_NAME` of the words with a place, both from all over; none twice."""
    copies = min(EXAMPLES_EACH, len(places))
    kept = min(len(words) * copies, MOST_OF_A_NAME)
    for index in range(kept):
        yield words[index * len(words) // kept], places[index * max(kept, len(places)) // kept % len(places)]


def _saying(words: str, example: AnnotatedText, changed: int) -> AnnotatedText:
    """The example with `words` for what its entity number `changed` says."""
    begin, end = example.entities[changed][1]
    shift = len(words) - (end - begin)

    def moved(index: int, span: tuple[int, int]) -> tuple[int, int]:
        if index == changed:
            return begin, begin + len(words)
        return (span[0] + shift, span[1] + shift) if span[0] >= end else span

    entities = tuple((kind, moved(index, span)) for index, (kind, span) in enumerate(example.entities))
    return AnnotatedText(example.text[:begin] + words + example.text[end:], "", entities)
