"""Sentences, and the built-in voice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.turns.speech import HibariSynthesizer, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("One.", ["One."]),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It costs $79.99. It weighs 2.4 pounds.", ["It costs $79.99.", "It weighs 2.4 pounds."]),
        ("Ask Dr. Who. He knows.", ["Ask Dr. Who.", "He knows."]),
        ('She said "Yes." Then left.', ['She said "Yes."', "Then left."]),
        ("no capital. here", ["no capital. here"]),
        ("Line one.\n\nLine two.", ["Line one.", "Line two."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text())
def test_no_word_is_lost_or_added(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


@pytest.fixture(scope="module")
def voice() -> HibariSynthesizer:
    return HibariSynthesizer()


def test_the_voice_speaks_for_about_as_long_as_a_person(voice: HibariSynthesizer) -> None:
    samples = voice.synthesize("The kettle costs forty dollars and is in stock.")
    assert samples.dtype == np.float32
    assert 1.5 < len(samples) / 24_000 < 6
    assert 0.05 < np.abs(samples).max() <= 1.0


def test_the_same_text_gives_the_same_sound_and_speed_changes_its_length(voice: HibariSynthesizer) -> None:
    first = voice.synthesize("Good day to you.")
    assert np.array_equal(first, voice.synthesize("Good day to you."))
    assert len(voice.synthesize("Good day to you.", speed=1.5)) < len(first)


@pytest.mark.parametrize("text", ["", "...", "?!", " "])
def test_text_without_a_word_is_silence(voice: HibariSynthesizer, text: str) -> None:
    assert len(voice.synthesize(text)) == 0


@pytest.mark.parametrize("text", ["漢字", "naïve café", "12 % & 3 < 5", "a" * 600])
def test_odd_text_does_not_break_the_voice(voice: HibariSynthesizer, text: str) -> None:
    assert np.isfinite(voice.synthesize(text)).all()
