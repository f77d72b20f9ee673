"""Cleansing texts, and leaving alone what is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingestion.rows.cleansing import cleansed, cleansed_value, repaired


@pytest.mark.parametrize("text", ["Café", "5 €", "don’t", "naïve – yes", "Škoda 😀", "½ price"])
def test_text_decoded_wrongly_is_repaired(text: str) -> None:
    assert repaired(text.encode().decode("cp1252")) == text
    assert repaired(text) == text


def test_text_decoded_wrongly_twice_is_repaired() -> None:
    assert repaired("Café".encode().decode("cp1252").encode().decode("cp1252")) == "Café"


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cc", "Cs"]), max_size=30))
def test_what_was_decoded_wrongly_comes_back(text: str) -> None:
    wrong = "".join(chr(byte) for byte in text.encode())  # as Latin-1 reads it
    as_windows = "".join(bytes([ord(char)]).decode("cp1252", "ignore") or char for char in wrong)
    if repaired(text) == text:
        assert repaired(as_windows) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<p>Soft <b>cot</b>ton</p><p>Machine&nbsp;wash</p>", "Soft cotton\nMachine wash"),
        ("one<br/>two", "one\ntwo"),
        ("<ul><li>light</li><li>strong</li></ul>", "light\nstrong"),
        ("&lt;b&gt;bold&lt;/b&gt; &amp;amp; more", "bold & more"),
        ("a<script>alert('x')</script>b", "ab"),
        ('<a href="x?a=1&b=2">link</a>s', "links"),
        ("5 < 6 and 7 > 3, a<b and c>d", "5 < 6 and 7 > 3, a<b and c>d"),
        ("R&D; AT&T &c; I <3 it", "R&D; AT&T &c; I <3 it"),
        ("  two   words\t\n\n\x00 ", "two words"),
        ("Cafe\u0301", "Café"),
        ("a\u200db \ufeffc", "a\u200db c"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_markup_entities_and_control_characters_are_taken_out(text: str, clean: str) -> None:
    assert cleansed(text) == clean


@given(st.text(max_size=60))
def test_cleansing_twice_changes_nothing_more(text: str) -> None:
    once = cleansed(text)
    if cleansed(once) != once:  # deeper nesting of escapes than is undone
        assert "&" in text or "<" in text or repaired(text) != text


def test_cleanses_every_text_of_a_value() -> None:
    value = {"a&amp;b": ["<b>x</b>", 5, None], "c": {"d": "Ã©"}}
    assert cleansed_value(value) == {"a&b": ["x", 5, None], "c": {"d": "é"}}


def test_pages_nested_without_end_are_read() -> None:
    assert cleansed("<div>" * 5000 + "deep" + "</div>" * 5000) == "deep"
