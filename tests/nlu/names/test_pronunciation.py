"""How words sound."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.names.pronunciation import coarse, number_words, sounds_of
from nlu.spoken import find_spans


@pytest.mark.parametrize(
    "words",
    [
        "night knight",
        "harbor harbour",
        "color colour",
        "page paige",
        "phone fone",
        "cellar seller",
        "ate eight",
        "reign rain",
        "write right",
        "4 four",
        "55 fiftyfive",
        "xm exem",
        "quick kwik",
        "rapid rappid",
        "café cafe",
        "mission mition",
        "passion pation",
        "s23 estwentythree",
        "7a sevenay",
        "xm5 exemfive",
        "3.5 threepointfive",
    ],
)
def test_these_sound_the_same(words: str) -> None:
    one, other = words.split()
    assert sounds_of(one) == sounds_of(other)


@pytest.mark.parametrize("words", ["pulse bulls", "buds butts", "mill nil", "watch wash"])
def test_these_have_the_same_consonants_to_a_bad_ear(words: str) -> None:
    one, other = words.split()
    assert sounds_of(one) != sounds_of(other)
    assert coarse(sounds_of(one)) == coarse(sounds_of(other))


@pytest.mark.parametrize(
    "words", ["bed bad", "kettle cuttle", "14 40", "long wrong", "storm form", "xm4 xm5", "s23 s24", "2.5 2"]
)
def test_these_sound_different(words: str) -> None:
    one, other = words.split()
    assert sounds_of(one) != sounds_of(other)


def test_numbers_sound_as_they_are_mostly_said() -> None:
    assert sounds_of("256") == sounds_of("two") + sounds_of("fifty") + sounds_of("six")
    assert sounds_of("1000") == sounds_of("one") + sounds_of("thousand")
    assert sounds_of("007") == 2 * sounds_of("zero") + sounds_of("seven")


@pytest.mark.parametrize(
    ("digits", "said"), [("105", "one oh five"), ("2005", "two thousand five"), ("1905", "nineteen oh five")]
)
def test_a_zero_in_the_tens_is_said(digits: str, said: str) -> None:
    assert number_words(digits) == said.split()


@given(st.integers(0, 9999).map(str))
def test_a_number_comes_back_from_its_words(digits: str) -> None:
    assert [span.value for span in find_spans(f"number {' '.join(number_words(digits))}")] == [digits]


@pytest.mark.parametrize("word", ["yes", "you", "yellow", "york", "year"])
def test_a_y_before_a_vowel_begins_a_word_as_a_consonant(word: str) -> None:
    assert sounds_of(word).startswith("y")


@pytest.mark.parametrize("word", ["happy", "system", "yttrium"])
def test_any_other_y_is_a_vowel(word: str) -> None:
    assert "y" not in sounds_of(word)


@given(st.text(max_size=20))
def test_anything_has_sounds(word: str) -> None:
    sounds = sounds_of(word)
    assert sounds.isascii()
    assert set(coarse(sounds)) <= set("PTKFSNlr")


def test_words_that_nobody_says_are_not_kept() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            assert sounds_of("abab" * 5_000 + "x" * number)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 100_000
