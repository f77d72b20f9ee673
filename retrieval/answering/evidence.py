"""Ranks a product's statements (specs, reviews, customers' answers, description) as evidence for one question.

What ranks is the sum of 42 features: how words and meanings agree, also word by word and against the other
statements of the product, what kind of statement it is, and whether its form fits what is asked. `evidence.json` holds
the weights; `python -m benchmarks.evidence fit` made it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from retrieval.embedder import EncodedWords, Vectors, WordEncoder
from retrieval.errors import RetrievalError
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import STOP_WORDS, content_words, stem, words

REVIEW, SPEC, CUSTOMER, DESCRIPTION, BULLET = "review", "attribute", "cqa", "description", "bullet"
KINDS = (REVIEW, SPEC, CUSTOMER, DESCRIPTION, BULLET)
# "late" and "middle" are layers of the encoder. Where a feature does not say so, it is of all that is said, with what
# a customer had asked; "statement" is without it, "question" that alone.
FEATURES = (
    *("word_score", "cosine"),
    *("late_all", "late_statement", "late_question", "late_least"),
    *("middle_all", "middle_statement", "middle_question", "middle_least"),
    *("late_said", "late_said_statement", "middle_said", "late_two", "late_dense"),
    *("mean_late_statement", "mean_middle_statement", "mean_late_question", "mean_middle_question"),
    *("apart_late", "apart_middle", "apart_late_statement", "apart_middle_statement"),
    *("shared_words", "shared_pairs", "length"),
    *KINDS,
    *("unsure", "yes_or_no", "negated", "number", "unit", "asks", "of_oneself"),
    *("yes_or_no_asked", "negated_asked", "number_asked", "unit_asked"),
)
VERSION = 2  # of the features; weights of another version are refused
NEAR = 0.5  # cosine from which a word is near to one that is asked

_UNSURE = re.compile(r"\bdon.?t know\b|\bnot sure\b|\bno idea\b|\bsorry\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"^(?:yes|no)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|no|never|cannot|without)\b|n't\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d")
_UNIT = re.compile(
    r"\b\d[\d./x ]*(?:\"|'|%|(?:in|inch|inches|ft|feet|foot|cm|mm|lbs?|pounds?|oz|ounces?|kg|grams?|w|watts?|v|volts?|"
    r"amps?|gallons?|quarts?|qt|lit(?:er|re)s?|cups?|hours?|hrs?|min(?:ute)?s?|days?|weeks?|months?|years?|degrees?|btu|"
    r"db|decibels?|cfm|psi|hz)\b)",
    re.IGNORECASE,
)
_OF_ONESELF = re.compile(r"\b(?:i|we|my|our|mine)\b", re.IGNORECASE)
_ASKS_YES_OR_NO = re.compile(
    r"(?:^|[.?!]\s+)(?:also |and |or |so |but )?(?:is|are|does|do|did|can|could|will|would|has|have|was|should)\b",
    re.IGNORECASE,
)
_ASKS_QUANTITY = re.compile(
    r"\bhow (?:long|many|much|big|wide|tall|high|deep|heavy|large|thick|far|loud|hot|often|old|small)\b|\b(?:size|"
    r"dimensions?|measurements?|weight|height|width|length|depth|diameter|capacity|volts?|voltage|watts?|wattage|amps?|"
    r"gallons?|inches)\b",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """What each feature counts, float64 [features]; of features as they come."""

    weights: npt.NDArray[np.float64]

    @classmethod
    def shipped(cls) -> "EvidenceWeights":
        """The weights that come with the package; raises RetrievalError when they are of other features."""
        held = json.loads(files("retrieval.answering").joinpath("evidence.json").read_text(encoding="utf-8"))
        if held["version"] != VERSION or tuple(held["weights"]) != FEATURES:
            raise RetrievalError("evidence.json is of other features; run `python -m benchmarks.evidence fit`")
        return cls(np.array(list(held["weights"].values()), np.float64))

    def scores(self, features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How well each statement answers, [n] of features [n, features]; only scores of one question compare."""
        scores: npt.NDArray[np.float64] = features @ self.weights
        return scores


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: the vectors of its telling words and of all, its stems, pairs of them, and what it asks for."""

    telling: Vectors
    vectors: Vectors
    stems: set[str]
    pairs: set[tuple[str, str]]
    asks_yes_or_no: bool
    asks_quantity: bool


@dataclass(frozen=True, slots=True)
class _Words:
    """The vectors of the words of a statement: of all that is said, of the statement, and of what had been asked."""

    whole: Vectors
    statement: Vectors
    question: Vectors


def features_of(question: str, statements: Sequence[Statement], encoder: WordEncoder) -> npt.NDArray[np.float64]:
    """The features of each statement for a question, float64 [statements, features]."""
    if not statements:
        return np.zeros((0, len(FEATURES)))
    texts = dict.fromkeys(text for each in statements for text in (each.whole, each.text, each.asked))
    asked, *encoded = encoder.encode_all([question, *texts])
    vectors = {text: each.word_vectors for text, each in zip(texts, encoded, strict=True)}
    said = [_Words(vectors[each.whole], vectors[each.text], vectors[each.asked]) for each in statements]
    read = _read(question, asked)
    likeness = [_likeness(each, found, read) for each, found in zip(statements, said, strict=True)]
    apart = [_apart(read.vectors, part) for part in ([each.whole for each in said], [each.statement for each in said])]
    form = [_form(each, read) for each in statements]
    return np.hstack([np.array(likeness), *apart, np.array(form)])


def _read(question: str, encoded: EncodedWords) -> _Question:
    return _Question(
        _content(question, encoded),
        encoded.word_vectors,
        stems_of(question),
        _pairs(question),
        _ASKS_YES_OR_NO.search(question) is not None,
        _ASKS_QUANTITY.search(question) is not None,
    )


def _content(text: str, encoded: EncodedWords) -> Vectors:
    """The vectors of the words that carry meaning; of all where none does."""
    said = [text[start:end].lower() for start, end in encoded.word_spans]
    kept = [at for at, word in enumerate(said) if word not in STOP_WORDS and any(map(str.isalnum, word))]
    return encoded.word_vectors[kept] if kept else encoded.word_vectors


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(stem(word) for word in content_words(text)))


def _likeness(statement: Statement, said: _Words, question: _Question) -> list[float]:
    """How words and meanings agree."""
    telling = question.telling
    late = [_nearest(*_layer(telling, each, last=True)) for each in (said.whole, said.statement, said.question)]
    middle = [_nearest(*_layer(telling, each, last=False)) for each in (said.whole, said.statement, said.question)]
    return [
        statement.word_score,
        statement.cosine,
        *(float(each.mean()) for each in late),
        float(late[0].min()),
        *(float(each.mean()) for each in middle),
        float(middle[0].min()),
        float(_nearest(*reversed(_layer(telling, said.whole, last=True))).mean()),
        float(_nearest(*reversed(_layer(telling, said.statement, last=True))).mean()),
        float(_nearest(*reversed(_layer(telling, said.whole, last=False))).mean()),
        *_spread(*_layer(telling, said.statement, last=True)),
        *(_agreement(question.vectors, said.statement)),
        *(_agreement(question.vectors, said.question)),
    ]


def _form(statement: Statement, question: _Question) -> list[float]:
    """What kind of statement it is, of which words, and whether its form fits what is asked."""
    text = statement.text
    yes_or_no, negated, number, unit = (
        float(pattern.search(text) is not None) for pattern in (_YES_OR_NO, _NEGATED, _NUMBER, _UNIT)
    )
    return [
        len(question.stems & stems_of(statement.whole)) / max(len(question.stems), 1),
        len(question.pairs & _pairs(statement.whole)) / max(len(question.pairs), 1),
        float(np.log1p(len(words(statement.whole)))),
        *(float(statement.kind == kind) for kind in KINDS),
        float(_UNSURE.search(text) is not None),
        *(yes_or_no, negated, number, unit),
        float("?" in text),
        float(_OF_ONESELF.search(text) is not None),
        *(yes_or_no * question.asks_yes_or_no, negated * question.asks_yes_or_no),
        *(number * question.asks_quantity, unit * question.asks_quantity),
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


def _spread(asked: Vectors, said: Vectors) -> tuple[float, float]:
    """The mean cosine of each word that is asked with the nearest two, and the share of words that are near to one."""
    if not len(asked) or not len(said):
        return 0.0, 0.0
    cosines = _unit(asked) @ _unit(said).T
    return float(np.sort(cosines, axis=1)[:, -2:].mean()), float((cosines > NEAR).any(axis=0).mean())


def _agreement(asked: Vectors, said: Vectors) -> tuple[float, float]:
    """The cosines of the mean word of two texts, by the last and the middle layer."""
    layers = (_layer(asked, said, last=last) for last in (True, False))
    late, middle = (_unit(_mean(one)) @ _unit(_mean(other)) for one, other in layers)
    return float(late), float(middle)


def _apart(asked: Vectors, said: Sequence[Vectors]) -> Vectors:
    """The same for each of several texts, less what all of them share, float32 [texts, 2]: all are of one product."""
    found = []
    for last in (True, False):
        means = np.stack([_mean(_layer(asked, each, last=last)[1]) for each in said])
        common = means.mean(axis=0)
        found.append(_unit(means - common) @ _unit(_mean(_layer(asked, asked, last=last)[0]) - common))
    return np.stack(found, axis=1)


def _mean(vectors: Vectors) -> Vectors:
    """The mean word, 0 without words."""
    mean: Vectors = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
    return mean


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return unit
