"""Stretches of a text that may be one thing: a kind, a value, a label."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from retrieval.language.wording import STOP_WORDS
from retrieval.values.value_keys import key_of

LONGEST = 6  # tokens of a stretch
_ADVERB = "ly"
_COMPASS = {"northern": "north", "southern": "south", "eastern": "east", "western": "west"}


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens from `start` to `end`."""

    start: int
    end: int

    @property
    def places(self) -> range:
        """The places of its tokens."""
        return range(self.start, self.end)


def spans_of(tokens: Sequence[str], taken: Collection[int] = ()) -> Iterator[Span]:
    """The stretches of `tokens` that begin and end with a word that says something, the longest first."""
    for length in range(min(LONGEST, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            span = Span(start, start + length)
            ends = (tokens[span.start], tokens[span.end - 1])
            if STOP_WORDS.isdisjoint(ends) and not any(at in taken for at in span.places):
                yield span


def keys_at(tokens: Sequence[str], span: Span) -> tuple[str, ...]:
    """The keys by which a kind or value may be written that stands at `span`: `moderately` is `moderate`, too."""
    said = [_COMPASS.get(token, token) for token in tokens[span.start : span.end]]
    keys = [key_of(said)]
    if said[-1].endswith(_ADVERB):
        keys.append(key_of([*said[:-1], said[-1].removesuffix(_ADVERB)]))
    return tuple(filter(None, keys))
