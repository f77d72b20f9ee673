"""How words sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.pronunciation import coarse, sounds_of


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


@pytest.mark.parametrize("words", ["bed bad", "kettle cuttle", "14 40", "long wrong", "storm form"])
def test_these_sound_different(words: str) -> None:
    one, other = words.split()
    assert sounds_of(one) != sounds_of(other)


def test_numbers_sound_as_they_are_mostly_said() -> None:
    assert sounds_of("256") == sounds_of("two") + sounds_of("fifty") + sounds_of("six")
    assert sounds_of("1000") == sounds_of("one") + sounds_of("thousand")
    assert sounds_of("007") == 2 * sounds_of("zero") + sounds_of("seven")


@given(st.text(max_size=20))
def test_anything_has_sounds(word: str) -> None:
    sounds = sounds_of(word)
    assert sounds.isascii()
    assert set(coarse(sounds)) <= set("PTKFSNlr")
