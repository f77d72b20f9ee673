"""The sentences that an assistant is trained on, as what people are expected to say: with gaps, and what fills them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from asr.expected_sentences import ExpectedSentences, Gap, Symbol
from nlu.data.examples import Example, NluData
from nlu.spoken.numbers import SMALL, TENS

MOST_SENTENCES = 5000  # of a project: memory of a few ten megabytes
MOST_ENTRIES = 2000  # of a table
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


def expected_sentences(data: NluData) -> ExpectedSentences:
    """Return the examples with their entities as gaps, and for each gap the entries of its table and its values.

    An entry weighs as often as it is said in the examples, and once more for standing in the table. Of many examples
    and entries, a part is taken.
    """
    examples = data.examples[:: 1 + len(data.examples) // MOST_SENTENCES]
    entries: dict[str, Counter[tuple[str, ...]]] = {}
    for listing in data.listings:
        if listing.kind == "lookup":
            entries.setdefault(listing.name, Counter()).update(words_of(item.text) for item in listing.items)
    for example in data.examples:
        for entity in example.entities:
            value = words_of(example.text[entity.start : entity.end])
            entries.setdefault(entity.name, Counter()).update([value])
    for counts in entries.values():
        counts.pop((), None)
    likeliest = {name: dict(counts.most_common(MOST_ENTRIES)) for name, counts in entries.items()}
    return ExpectedSentences(tuple(tuple(_symbols(example)) for example in examples), likeliest, _figures())


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: in small letters, without signs."""
    return tuple(word.lower().replace("\u2019", "'") for word in _WORD.findall(text))


def _symbols(example: Example) -> Iterator[Symbol]:
    end = 0
    for entity in sorted(example.entities, key=lambda entity: entity.start):
        if entity.start < end:
            continue
        yield from words_of(example.text[end : entity.start])
        yield Gap(entity.name)
        end = entity.end
    yield from words_of(example.text[end:])


def _figures() -> Mapping[str, tuple[str, ...]]:
    """Return how numbers up to twenty, and tens, are written in figures."""
    small = {word: (str(number),) for word, number in SMALL.items()}
    return small | {word: (str(number),) for word, number in TENS.items()}
