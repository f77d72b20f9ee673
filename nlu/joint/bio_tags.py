"""Entities as one tag a word (BIO): from spans to tags, which tags may follow which, and back to spans.

Tag 0 is outside; tag 1 + 2k begins an entity of kind k and tag 2 + 2k continues it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
OUTSIDE = 0


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """An entity of kind number `kind` at characters `start` to `end` (exclusive)."""

    kind: int
    start: int
    end: int
    confidence: float = 1.0


def tag_words(words: Sequence[Span], entities: Sequence[TaggedSpan]) -> NDArray[np.int64]:
    """The tag of each word; a word that overlaps an entity belongs to it, of two entities to the earlier."""
    tags = np.zeros(len(words), dtype=np.int64)
    for entity in sorted(entities, key=lambda span: span.start):
        begun = False
        for index, (start, end) in enumerate(words):
            if start < entity.end and end > entity.start and tags[index] == OUTSIDE:
                tags[index] = 2 + 2 * entity.kind if begun else 1 + 2 * entity.kind
                begun = True
    return tags


def read_spans(words: Sequence[Span], tags: NDArray[np.int64], confidences: NDArray[np.float32]) -> list[TaggedSpan]:
    """The entities that a legal path spells; an entity is as sure as its least sure word."""
    spans: list[TaggedSpan] = []
    for (start, end), tag, confidence in zip(words, tags.tolist(), confidences.tolist(), strict=True):
        if tag == OUTSIDE:
            continue
        kind, continues = divmod(tag - 1, 2)
        if continues:
            begun = spans.pop()
            spans.append(TaggedSpan(kind, begun.start, end, min(begun.confidence, confidence)))
        else:
            spans.append(TaggedSpan(kind, start, end, confidence))
    return spans


def _continues(tags: NDArray[np.int64]) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = (tags > 0) & (tags % 2 == 0)
    return result


def forbidden(tags: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """What no text can have of so many tags: first tags [tags], and steps [from, to] to what did not begin."""
    numbers = np.arange(tags)
    same_kind = (numbers[:, np.newaxis] + 1) // 2 == (numbers + 1) // 2
    return _continues(numbers), _continues(numbers)[np.newaxis, :] & ~same_kind
