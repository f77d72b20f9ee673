"""How a text falls into tokens."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spoken.tokens import tokenize, word_set


def texts(text: str) -> list[str]:
    return [token.text for token in tokenize(text).tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two teas, please!", ["Two", "teas", ",", "please", "!"]),
        ("twenty-one", ["twenty", "one"]),  # a hyphen within a word is like a space
        ("- one -", ["-", "one", "-"]),
        ("don't", ["don't"]),
        ("1,234.5 or 12.5", ["1,234.5", "or", "12.5"]),
        ("1,23", ["1", ",", "23"]),
        ("1000xm5", ["1000", "xm", "5"]),
        ("at 10:30 on 3/4", ["at", "10:30", "on", "3/4"]),
        ("version 1.2.3", ["version", "1.2.3"]),
        ("call 555-0123 now", ["call", "555-0123", "now"]),
        ("jo@example.com wrote", ["jo@example.com", "wrote"]),
        ("see https://a.b/c?d=1 now", ["see", "https://a.b/c?d=1", "now"]),
        ("example.com", ["example.com"]),
        ("", []),
        ("  \n", []),
    ],
)
def test_words_numbers_and_marks_are_apart_and_addresses_are_whole(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_token_knows_what_it_is() -> None:
    said = tokenize("Two 2.5 ! a@b.c")
    assert [(said.is_word(at), said.is_number(at)) for at in range(4)] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert said.word(0) == "two"
    assert tokenize("It\u2019s").word(0) == "it's"


def test_outside_of_the_text_there_is_nothing() -> None:
    said = tokenize("one 2")
    for at in (-1, 2):
        assert said.word(at) == ""
        assert not said.is_number(at)
        assert not said.is_word(at)
        assert not said.is_glued(at)
    assert said.words(1, 3) == ("2", "", "")


def test_what_follows_without_a_space_is_glued() -> None:
    said = tokenize("5kg 5 kg five-kilo 5%")
    assert [token.text for at, token in enumerate(said.tokens) if said.is_glued(at)] == ["kg"]


def test_the_source_is_the_text_between_two_tokens() -> None:
    said = tokenize("  Oh,  twenty-one  cups")
    assert said.source(0, 4) == "Oh,  twenty-one"
    assert said.source(2, 3) == "twenty"


@pytest.mark.parametrize(
    ("text", "shouted"), [("HELLO there", True), ("A USB LED", False), ("Hello", False), ("12345", False)]
)
def test_capitals_say_nothing_where_whole_words_are_in_capitals(text: str, shouted: bool) -> None:
    assert tokenize(text).is_shouted is shouted


def test_the_day_is_kept() -> None:
    assert tokenize("tomorrow", date(2026, 3, 23)).today == date(2026, 3, 23)
    assert tokenize("tomorrow").today is None


@given(st.text(max_size=80))
def test_tokens_lie_in_order_and_leave_out_only_spaces_and_hyphens(text: str) -> None:
    end = 0
    for token in tokenize(text).tokens:
        assert token.start >= end
        assert text[token.start : token.end] == token.text
        assert not text[end : token.start].replace("-", "").strip()
        end = token.end
    assert not text[end:].strip()


def test_a_word_set_is_split_at_white_space() -> None:
    assert word_set(" a  an\n the a ") == {"a", "an", "the"}
