"""A small real embedder for tests: each word adds one hashed direction, so texts that share words are alike."""

import functools
import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.embedder import Vectors
from retrieval.language.wording import content_words, stem


@functools.cache
def _direction(word: str, dimension: int) -> Vectors:
    seed = zlib.crc32(word.encode("utf-8", "replace"))
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)


KNOWN_WORDS = frozenset({"bake"})


class WordHashEmbedder:
    """Bag of hashed word stems; counts the texts it was given."""

    def __init__(self, identity: str = "word-hash-1", dimension: int = 64) -> None:
        self.identity = identity
        self.dimension = dimension
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in content_words(text) or [text]:
                vectors[row] += _direction(stem(word), self.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def knows(self, word: str) -> bool:
        return word in KNOWN_WORDS
