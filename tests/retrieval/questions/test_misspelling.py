"""Misspelled words of questions."""

import pytest

from retrieval.document import Document
from retrieval.questions.misspelling import Spelling

CONCEPTS = [Document("concept:battery", "concept", "battery", "", aliases=("how long does the battery last",))]
SPELLING = Spelling(CONCEPTS, ("headphone", "laptop"), {"batter", "top", "phone"}.__contains__)


def test_an_unknown_word_becomes_the_known_one_that_it_is_most_like() -> None:
    assert SPELLING.put_right(("wich", "battry", "lsat"), ()) == ("which", "battery", "last")


def test_known_words_names_and_words_like_no_other_stay() -> None:
    tokens = ("batter", "battery", "xylophone", "15")
    assert SPELLING.put_right(tokens, ()) == tokens
    assert SPELLING.put_right(("battry",), {0}) == ("battry",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("any hed fones here", "any headphone here"),
        ("lap tops please", "laptops please"),
        ("a batter top", "a batter top"),
        ("my head", "my head"),
        ("lap", "lap"),
        ("", ""),
    ],
)
def test_a_kind_of_thing_in_two_words_becomes_one(said: str, meant: str) -> None:
    assert SPELLING.rejoined(said.split()) == tuple(meant.split())


def test_work_grows_with_the_length_of_a_text_alone() -> None:
    looked_up: list[str] = []

    def is_known(word: str) -> bool:
        looked_up.append(word)
        return False

    spelling = Spelling(CONCEPTS, ("headphone",), is_known)
    for letters in ("ab", "z", "lap "):
        for size in (4_000, 8_000):
            tokens = (letters * size)[:size].split()
            looked_up.clear()
            assert spelling.rejoined(tokens) == tuple(tokens)
            assert spelling.put_right(tokens, ()) == tuple(tokens)
            assert sum(map(len, looked_up)) <= 4 * size


def test_a_word_that_nobody_says_is_taken_as_it_is() -> None:
    word = "battry" * 5_000
    assert SPELLING.put_right((word, "battry"), ()) == (word, "battery")
    assert SPELLING.rejoined((word, "hed", "fones")) == (word, "headphone")
