"""What retrieval needs of a sentence encoder."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product says how alike they are.

    `identity` names the model and its version: an index built with one identity refuses any other.
    Safe to call from several threads.
    """

    @property
    def identity(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts`; returns float32 [len(texts), dimension], each row of length 1."""
        ...

    def knows(self, word: str) -> bool:
        """Whether `word`, in lower case, is one that the model learnt as such, and so hardly misspelled."""
        ...


class EncodedWords(Protocol):
    """A text's words: `word_vectors` float32 [words, 2 * dimension], last and middle layer side by side."""

    @property
    def word_vectors(self) -> Vectors: ...
    @property
    def word_spans(self) -> tuple[tuple[int, int], ...]: ...


class WordEncoder(Protocol):
    """Gives the vectors of the words of texts."""

    def encode_all(self, texts: Sequence[str]) -> Sequence[EncodedWords]: ...


class TurnEncoder(WordEncoder, Protocol):
    """A word encoder that remembers the last texts: who embeds a turn does not encode its words again."""

    def encode(self, text: str) -> EncodedWords: ...
