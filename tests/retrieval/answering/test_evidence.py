"""Ranking statements as evidence, with a toy encoder whose words are worked out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from retrieval.answering.evidence import FEATURES, EvidenceWeights, Statement, features_of
from retrieval.embedder import Vectors

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
    assert one["late_all"] == one["late_statement"] == one["middle_all"] == pytest.approx((0.5 + 1) / 2)
    assert one["late_least"] == one["middle_least"] == pytest.approx(0.5)
    assert one["late_said"] == one["middle_said"] == pytest.approx((np.cos(np.pi / 6) + 1) / 2)
    assert (one["late_question"], one["mean_late_question"], one["shared_words"]) == (0, 0, 0)


def test_the_nearest_two_and_the_share_of_near_words() -> None:
    (one,) = features("heavy", Statement("weighs heavy red such", "review", "", 0, 0))
    assert one["late_two"] == pytest.approx((1 + 0.5) / 2)
    (one,) = features("heavy", Statement("heavy red such red", "review", "", 0, 0))
    assert one["late_dense"] == pytest.approx(1 / 4)


def test_what_a_customer_asked_counts_apart_from_what_was_answered() -> None:
    (one,) = features("heavy", Statement("red", "cqa", "heavy", 0, 0))
    assert (one["late_all"], one["late_question"], one["shared_words"], one["cqa"], one["review"]) == (1, 1, 1, 1, 0)
    assert one["late_statement"] == one["middle_statement"] == pytest.approx(0, abs=1e-6)
    assert one["mean_middle_question"] == pytest.approx(1)


def test_what_all_statements_share_sets_none_apart() -> None:
    same, other = features("heavy", Statement("heavy", "review", "", 0, 0), Statement("red", "review", "", 0, 0))
    assert same["apart_late"] == same["apart_middle_statement"] == pytest.approx(1, abs=1e-6)
    assert other["apart_late_statement"] == pytest.approx(-1, abs=1e-6)
    (alone,) = features("heavy", Statement("red", "review", "", 0, 0))
    assert alone["apart_late"] == 0


def test_pairs_of_words_count_whatever_their_form() -> None:
    (one,) = features("are red boxes heavy", Statement("a red box is light", "review", "", 0, 0))
    assert one["shared_words"] == pytest.approx(2 / 3)
    assert one["shared_pairs"] == 1 / 2


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Sorry, no idea", {"unsure", "negated"}),
        ("Yes it is", {"yes_or_no"}),
        ("well, yes", set()),
        ("i don't know", {"unsure", "negated", "of_oneself"}),
        ("it weighs 3.5 lbs", {"number", "unit"}),
        ("model 12", {"number"}),
        ("is it 12v or 24v?", {"number", "unit", "asks"}),
        ("", set()),
    ],
)
def test_the_form_of_a_statement_is_seen(text: str, seen: set[str]) -> None:
    (one,) = features("heavy", Statement(text, "cqa", "", 0, 0))
    forms = ("unsure", "yes_or_no", "negated", "number", "unit", "asks", "of_oneself")
    assert {name for name in forms if one[name]} == seen


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("Is it heavy?", "No, not heavy", {"yes_or_no_asked", "negated_asked"}),
        ("I have one. does it fit", "yes", {"yes_or_no_asked"}),
        ("how wide is it", "it is 3 inches", {"number_asked", "unit_asked"}),
        ("what are the dimensions", "3 by 4", {"number_asked"}),
        ("who makes it", "no 3 inches", set()),
    ],
)
def test_a_form_that_fits_the_question_counts_apart(question: str, text: str, fits: set[str]) -> None:
    (one,) = features(question, Statement(text, "cqa", "", 0, 0))
    assert {name for name in FEATURES if name.endswith("_asked") and one[name]} == fits


def test_no_statements_have_no_features() -> None:
    assert features_of("heavy", [], AngleEncoder()).shape == (0, len(FEATURES))


def test_the_shipped_weights_prefer_what_answers() -> None:
    answer = Statement("weighs heavy", "attribute", "", 0.5, 0.7)
    other = Statement("sorry red", "review", "", 0.0, 0.1)
    scores = EvidenceWeights.shipped().scores(features_of("how heavy", [other, answer], AngleEncoder()))
    assert scores[1] > scores[0]
