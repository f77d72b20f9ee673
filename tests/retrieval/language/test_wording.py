"""Words, numbers in words, sentences, slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.wording import clean, content_words, sentences, slug_of, stem, with_digits, words


def test_words_are_lower_case_without_accents_and_possessives() -> None:
    assert words("Zoë’s 1,299 Cafés, don't!") == ["zoe", "1299", "cafes", "don't"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pulse buds two", "pulse buds 2"),
        ("falcon book sixteen", "falcon book 16"),
        ("wide valley thirty four", "wide valley 34"),
        ("less than a hundred dollars", "less than a 100 dollars"),
        ("one hundred and fifty dollars", "150 dollars"),
        ("two thousand five hundred", "2500"),
        ("nineteen and a half", "19 and a half"),
        ("five five", "5 5"),
        ("salt and pepper", "salt and pepper"),
        ("between five hundred and one thousand", "between 500 and 1000"),
    ],
)
def test_numbers_in_words_become_digits(text: str, expected: str) -> None:
    assert " ".join(with_digits(text.split())) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("headphones", "headphone"), ("batteries", "battery"), ("tvs", "tv"), ("charging", "charg")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_that_only_look_plural_keep_their_ending() -> None:
    assert [stem(word) for word in ("glass", "bus", "is", "as")] == ["glass", "bus", "is", "as"]


def test_content_words_leave_out_the_small_ones() -> None:
    assert content_words("What is the weight of it?") == ["weight"]


def test_sentences_are_cut_at_their_ends_only() -> None:
    text = "It costs $4.95 in all. Is it\nfree? Yes! e.g. from 50."
    assert sentences(text) == ["It costs $4.95 in all.", "Is it free?", "Yes! e.g. from 50."]


def test_slugs_are_lower_case_with_dashes() -> None:
    assert slug_of(" What is in the Böx? ") == "what-is-in-the-box"


@given(st.text(st.characters()))
def test_cleaned_text_can_always_be_encoded(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode("utf-8")
