"""Ranking statements as evidence, with a toy encoder whose words are worked out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from retrieval.embedder import Vectors
from retrieval.evidence import FEATURES, EvidenceWeights, Statement, features_of

ANGLES = {"heavy": 0.0, "weighs": np.pi / 3, "colour": np.pi / 2, "red": np.pi / 2}


@dataclass(frozen=True)
class Encoded:
    word_vectors: Vectors
    word_spans: tuple[tuple[int, int], ...]


class AngleEncoder:
    """Each known word is a direction in the plane; both layers are the same."""

    def encode_all(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> Encoded:
        rows, spans, at = [], [], 0
        for word in text.split():
            at = text.index(word, at)
            angle = ANGLES.get(word, np.pi)
            rows.append([np.cos(angle), np.sin(angle)] * 2)
            spans.append((at, at + len(word)))
        return Encoded(np.array(rows, np.float32).reshape(-1, 4), tuple(spans))


def features(question: str, *statements: Statement) -> list[dict[str, float]]:
    found = features_of(question, statements, AngleEncoder())
    return [dict(zip(FEATURES, row, strict=True)) for row in found]


def test_each_word_asked_meets_the_nearest_that_is_said() -> None:
    (one,) = features("how heavy colour", Statement("weighs red", "review", "", 0.4, 0.6))
    assert (one["word_score"], one["cosine"]) == (0.4, 0.6)
    assert one["late_all"] == one["late_statement"] == pytest.approx((0.5 + 1) / 2)
    assert one["middle_least"] == pytest.approx(0.5)
    assert one["middle_said"] == pytest.approx((np.cos(np.pi / 6) + 1) / 2)
    assert (one["late_question"], one["shared_words"]) == (0, 0)


def test_what_a_customer_asked_counts_apart_from_what_was_answered() -> None:
    (one,) = features("heavy", Statement("red", "cqa", "heavy", 0, 0))
    assert (one["late_all"], one["late_question"], one["shared_words"], one["cqa"], one["review"]) == (1, 1, 1, 1, 0)
    assert one["late_statement"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "unsure", "yes_or_no"), [("Sorry, no idea", 1, 0), ("Yes it is", 0, 1), ("i don't know", 1, 0), ("", 0, 0)]
)
def test_doubt_and_plain_answers_are_seen(text: str, unsure: int, yes_or_no: int) -> None:
    (one,) = features("heavy", Statement(text, "cqa", "", 0, 0))
    assert (one["unsure"], one["yes_or_no"]) == (unsure, yes_or_no)


def test_the_shipped_weights_prefer_what_answers() -> None:
    answer = Statement("weighs heavy", "attribute", "", 0.5, 0.7)
    other = Statement("sorry red", "review", "", 0.0, 0.1)
    scores = EvidenceWeights.shipped().scores(features_of("how heavy", [other, answer], AngleEncoder()))
    assert scores[1] > scores[0]
