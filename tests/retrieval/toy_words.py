"""A small real encoder of words for tests: each word is a hashed direction, so equal words have equal vectors."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.embedder import Vectors

WIDTH = 16


@dataclass(frozen=True)
class HashedWords:
    word_vectors: Vectors
    word_spans: tuple[tuple[int, int], ...]


class WordHashEncoder:
    """Words between spaces and signs, without regard to case; both layers are the same."""

    def encode_all(self, texts: Sequence[str]) -> list[HashedWords]:
        return [self.encode(text) for text in texts]

    def encode(self, text: str) -> HashedWords:
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        rows = [_direction(match[0].lower()) for match in found]
        vectors = np.array(rows, np.float32).reshape(-1, 2 * WIDTH)
        return HashedWords(vectors, tuple(match.span() for match in found))


def _direction(word: str) -> Vectors:
    drawn = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(WIDTH).astype(np.float32)
    return np.concatenate([drawn, drawn])
