"""Finds examples that say the same: under two intents, where one of them must be wrong, or twice under one."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.data.examples import Example, Listed
from nlu.validation.findings import Finding

BLOCK = 1024
"""Examples compared at a time with all others, which bounds the memory: 1024 x 20,000 floats are 80 MB."""


def normalized(text: str) -> str:
    """The text without case, punctuation and double spaces; the text itself where nothing else is left."""
    words = re.sub(r"[^\w\s']", " ", text.casefold()).split()
    return " ".join(words) or text.strip()


def same_texts(examples: Iterable[Example]) -> Iterator[Finding]:
    """Examples that are equal after normalising: a warning between intents, a hint within one."""
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(normalized(example.text), []).append(example)
    for group in groups.values():
        labels = sorted({example.label for example in group})
        if len(labels) > 1:
            yield _between(group, labels)
        yield from _repeated(group)


def _between(group: Sequence[Example], labels: Sequence[str]) -> Finding:
    first = group[0]
    return Finding(
        "warning",
        "same-text",
        f"{first.text!r} is an example of {' and of '.join(labels)}",
        "keep it under the one intent it means",
        first.place,
        tuple(Listed(f"{example.label}: {example.text}", example.place) for example in group[1:]),
    )


def _repeated(group: Sequence[Example]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Example] = {}
    for example in group:
        known = first.setdefault((example.text, example.label), example)
        if known is not example:
            message = f"{example.text!r} stands twice under {example.label}"
            also = (Listed(f"{known.label}: {known.text}", known.place),)
            yield Finding("hint", "repeated", message, "remove one: it is learnt once", example.place, also)


def near_duplicates(examples: Sequence[Example], vectors: NDArray[np.float32], similarity: float) -> Iterator[Finding]:
    """Pairs of different intents whose meanings nearly coincide, nearest first; equal texts are left to `same_texts`.

    vectors: float32 [examples, dimension], L2-normalised. To the encoder all texts without a letter are the same.
    """
    worded = [index for index, example in enumerate(examples) if re.search(r"\w", example.text)]
    examples, vectors = [examples[index] for index in worded], vectors[worded]
    keys = [normalized(example.text) for example in examples]
    pairs = [
        (cosine, row, other)
        for row, other, cosine in _near(vectors, similarity)
        if examples[row].label != examples[other].label and keys[row] != keys[other]
    ]
    for cosine, row, other in sorted(pairs, reverse=True):
        first, second = examples[row], examples[other]
        yield Finding(
            "hint",
            "near-duplicate",
            f"{first.text!r} ({first.label}) means nearly the same as {second.text!r} ({second.label}): {cosine:.2f}",
            "move one to the other's intent, or word them so that they differ",
            first.place,
            (Listed(f"{second.label}: {second.text}", second.place),),
        )


def _near(vectors: NDArray[np.float32], similarity: float) -> Iterator[tuple[int, int, float]]:
    """The pairs of rows, each once, whose cosine is at least `similarity`."""
    for begin in range(0, len(vectors), BLOCK):
        cosines = vectors[begin : begin + BLOCK] @ vectors[begin:].T
        rows, columns = np.nonzero(np.triu(cosines, k=1) >= similarity)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            yield begin + row, begin + column, float(cosines[row, column])
