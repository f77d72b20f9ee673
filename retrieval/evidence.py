"""Ranks a product's statements (specs, reviews, customers' answers, description) as evidence for one question.

What ranks is the sum of seventeen features, weighed by a logistic regression: how words and meanings agree, also word
by word, and what kind of statement it is. `evidence.json` holds the weights; `python -m benchmarks.evidence fit` made
it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

import numpy as np
import numpy.typing as npt

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError
from retrieval.vocabulary import stems_of
from retrieval.wording import STOP_WORDS, words

REVIEW, SPEC, CUSTOMER, DESCRIPTION, BULLET = "review", "attribute", "cqa", "description", "bullet"
KINDS = (REVIEW, SPEC, CUSTOMER, DESCRIPTION, BULLET)
FEATURES = (
    *(
        "word_score",
        "cosine",
        "late_all",
        "late_statement",
        "late_question",
        "middle_asked",
        "middle_least",
        "middle_said",
        "shared_words",
        "length",
    ),
    *KINDS,
    *("unsure", "yes_or_no"),
)
VERSION = 1  # of the features; weights of another version are refused

_UNSURE = re.compile(r"\bdon.?t know\b|\bnot sure\b|\bno idea\b|\bsorry\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"(?:yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a product: the `text`, its kind (one of KINDS), and what a customer had asked to be told it.

    `word_score` and `cosine` are those of a search by words alone and by meaning alone.
    """

    text: str
    kind: str
    asked: str
    word_score: float
    cosine: float

    @property
    def whole(self) -> str:
        """The text, and what it answers."""
        return f"{self.text} Question: {self.asked}" if self.asked else self.text


class EncodedWords(Protocol):
    """A text's words: `word_vectors` float32 [words, 2 * dimension], last and middle layer side by side."""

    @property
    def word_vectors(self) -> Vectors: ...
    @property
    def word_spans(self) -> tuple[tuple[int, int], ...]: ...


class WordEncoder(Protocol):
    """Gives the vectors of the words of texts."""

    def encode_all(self, texts: Sequence[str]) -> Sequence[EncodedWords]: ...


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """What each feature counts, float64 [features]; of features as they come."""

    weights: npt.NDArray[np.float64]

    @classmethod
    def shipped(cls) -> "EvidenceWeights":
        """The weights that come with the package; raises RetrievalError when they are of other features."""
        held = json.loads(files("retrieval").joinpath("evidence.json").read_text(encoding="utf-8"))
        if held["version"] != VERSION or tuple(held["weights"]) != FEATURES:
            raise RetrievalError("evidence.json is of other features; run `python -m benchmarks.evidence fit`")
        return cls(np.array(list(held["weights"].values()), np.float64))

    def scores(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How well each statement answers, [n] of features [n, features]; only scores of one question compare."""
        scores: npt.NDArray[np.float64] = features @ self.weights
        return scores


def features_of(question: str, statements: Sequence[Statement], encoder: WordEncoder) -> npt.NDArray[np.float64]:
    """The features of each statement for a question, float64 [statements, features]."""
    texts = [text for each in statements for text in (each.whole, each.text, each.asked)]
    asked, *said = encoder.encode_all([question, *texts])
    wanted = _content(question, asked)
    stems = stems_of(question)
    vectors = [each.word_vectors for each in said]
    return np.array(
        [_features(each, stems, wanted, *vectors[3 * at : 3 * at + 3]) for at, each in enumerate(statements)]
    )


def _content(text: str, encoded: EncodedWords) -> Vectors:
    """The vectors of the words that carry meaning; of all where none does."""
    said = [text[start:end].lower() for start, end in encoded.word_spans]
    kept = [at for at, word in enumerate(said) if word not in STOP_WORDS and any(map(str.isalnum, word))]
    return encoded.word_vectors[kept] if kept else encoded.word_vectors


def _features(
    statement: Statement, stems: set[str], wanted: Vectors, whole: Vectors, said: Vectors, question: Vectors
) -> list[float]:
    shared = stems & stems_of(statement.whole)
    middle = _nearest(*_layer(wanted, whole, last=False))
    return [
        statement.word_score,
        statement.cosine,
        *(float(_nearest(*_layer(wanted, each, last=True)).mean()) for each in (whole, said, question)),
        float(middle.mean()),
        float(middle.min()),
        float(_nearest(*reversed(_layer(wanted, whole, last=False))).mean()),
        len(shared) / max(len(stems), 1),
        float(np.log1p(len(words(statement.whole)))),
        *(float(statement.kind == kind) for kind in KINDS),
        float(bool(_UNSURE.search(statement.text))),
        float(bool(_YES_OR_NO.match(statement.text))),
    ]


def _layer(asked: Vectors, said: Vectors, *, last: bool) -> tuple[Vectors, Vectors]:
    half = asked.shape[1] // 2
    part = slice(0, half) if last else slice(half, None)
    return asked[:, part], said[:, part]


def _nearest(asked: Vectors, said: Vectors) -> Vectors:
    """The cosine of each word of one text with the nearest word of the other, at least one; 0 without words.

    Late interaction as in Khattab and Zaharia, "ColBERT" (2020).
    """
    if not len(asked) or not len(said):
        return np.zeros(1, np.float32)
    nearest: Vectors = (_unit(asked) @ _unit(said).T).max(axis=1)
    return nearest


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
