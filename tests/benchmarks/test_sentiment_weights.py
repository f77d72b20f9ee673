"""Words are learnt from labelled sentences, rated words and clauses that a teacher labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.sentiment_weights import CLAUSE_WEIGHT, Clause, Said, clauses, clauses_of, label, learn
from retrieval.embedder import Vectors

PRAISE = [Said("a fine lid", "", 1), Said("a fine pan", "", 1)]
COMPLAINTS = [Said("a bad lid", "", -1), Said("a bad pan", "", -1)]
RATED = {"fine": 2.0, "bad": -2.0, "superb": 3.0}


class Letters:
    """Counts f and b, so that "fine" and "bad" point in two directions."""

    identity = "letters"
    dimension = 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[text.count("f"), text.count("b")] for text in texts], np.float32) * 9

    def knows(self, word: str) -> bool:
        return True


def test_a_sentence_is_cut_into_clauses_that_name_a_thing() -> None:
    sentence = "The sound is grand, but its remote feels cheap and I said so"
    assert [(clause.text, clause.about) for clause in clauses_of(sentence, RATED)] == [
        ("The sound is grand", "sound"),
        ("its remote feels cheap", "remote"),
    ]


def test_a_rated_word_is_no_thing() -> None:
    assert list(clauses_of("this superb of them", RATED)) == []


def test_clauses_are_of_customers_and_without_the_question_asked(tmp_path: Path) -> None:
    path = tmp_path / "dev.csv"
    rows = ["candidate,source", "the lid leaks Question: does the lid fit?,cqa", "the maker says so,description"]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert list(clauses(RATED, path)) == [Clause("the lid leaks", "the lid leaks", "lid")]


def test_only_clauses_with_a_clear_label_are_kept_and_weigh_less() -> None:
    found = [Clause("fff", "fff, b", "f"), Clause("bbb", "bbb", "b"), Clause("none", "none", "")]
    good, bad = label(found, [*PRAISE, *COMPLAINTS], Letters())
    assert (good.text, good.about, good.leaning, bad.leaning) == ("fff, b", "f", 1, -1)
    assert 0 < good.weight <= CLAUSE_WEIGHT


def test_words_have_the_sign_of_the_sentences_they_stand_in() -> None:
    learnt = learn([*PRAISE, *COMPLAINTS], {})
    assert learnt["fine"] > 0 > learnt["bad"]
    assert "lid" not in learnt  # in praise as often as in complaints


def test_a_rated_word_that_no_sentence_has_counts_by_its_rating() -> None:
    learnt = learn([*PRAISE, *COMPLAINTS], RATED)
    assert learnt["superb"] > 0


def test_a_word_of_one_sentence_is_not_learnt() -> None:
    assert "odd" not in learn([*PRAISE, *COMPLAINTS, Said("an odd bad lid", "", -1)], {})
