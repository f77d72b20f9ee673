"""Examples as speech recognition might write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.joint.misheard_examples import Noise, misheard
from nlu.names.pronunciation import coarse, sounds_of
from nlu.options import NoiseOptions

VOCABULARY = ("two", "tow", "light", "lied", "late", "weather", "whether", "buy", "by", "table")
NONE = NoiseOptions(misheard=0.0, dropped=0.0)
ALL = NoiseOptions(misheard=1.0, dropped=1.0)


def test_without_noise_only_the_writing_changes() -> None:
    said = Noise(VOCABULARY, NONE).mishear("What's the weather at 2.5, or 17?")
    assert said == "what's the weather at two point five or seventeen"


def test_words_become_others_that_sound_alike() -> None:
    noise = Noise(VOCABULARY, ALL)
    assert {noise.mishear("weather") for _ in range(5)} == {"whether"}
    heard = {noise.mishear("light") for _ in range(50)}
    assert heard
    assert heard <= {"lied", "late", "light"}
    assert {coarse(sounds_of(word)) for word in heard} == {coarse(sounds_of("light"))}


def test_a_word_like_no_other_stays() -> None:
    assert Noise(VOCABULARY, ALL).mishear("table") == "table"


def test_unstressed_words_go_but_never_all() -> None:
    noise = Noise(VOCABULARY, ALL)
    assert noise.mishear("is the table at a table") == "table table"
    assert noise.mishear("is it") == "is it"
    assert noise.mishear("?!") == "?!"


def test_the_same_seed_gives_the_same_noise() -> None:
    text = "buy the light by the table whether two or late"
    one, same, other = (Noise(VOCABULARY, NoiseOptions(0.5, 0.5), seed) for seed in (1, 1, 2))
    heard = [one.mishear(text) for _ in range(5)]
    assert heard == [same.mishear(text) for _ in range(5)]
    assert heard != [other.mishear(text) for _ in range(5)]


def test_texts_are_misheard_in_turn() -> None:
    copies = misheard(["buy light", "by table"], 2)
    assert len(copies) == 4
    assert [copy.split()[-1] for copy in copies[1::2]] == ["table", "table"]


@given(st.text(min_size=1, max_size=30))
def test_anything_can_be_misheard(text: str) -> None:
    assert Noise(VOCABULARY, ALL).mishear(text)


@pytest.mark.parametrize("number", ["0", "007", "1967", "12345678901", "1,000", "3.14"])
def test_every_number_is_said(number: str) -> None:
    assert not any(character.isdigit() for character in Noise((), NONE).mishear(number))
