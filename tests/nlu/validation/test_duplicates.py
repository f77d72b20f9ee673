"""Examples that say the same."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.data.examples import Example, Place
from nlu.validation.duplicates import BLOCK, near_duplicates, normalized, same_texts

FILE = Path("nlu.yml")


def examples(*texts: tuple[str, str]) -> list[Example]:
    """One example a line, from line 1."""
    return [Example(text, intent, Place(FILE, line)) for line, (text, intent) in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("text", "key"),
    [("  What's UP,  doc?! ", "what's up doc"), ("e-mail me", "e mail me"), ("Straße", "strasse"), ("?!", "?!")],
)
def test_case_punctuation_and_spaces_make_no_difference(text: str, key: str) -> None:
    assert normalized(text) == key


def test_the_same_text_under_two_intents_is_a_warning_that_names_both_places() -> None:
    (found,) = same_texts(examples(("Yes please", "affirm"), ("hello", "greet"), ("yes, please!", "order")))
    assert (found.severity, found.kind, found.place) == ("warning", "same-text", Place(FILE, 1))
    assert "affirm and of order" in found.message
    assert [(each.text, each.place.line) for each in found.also] == [("order: yes, please!", 3)]


def test_the_same_text_twice_under_one_intent_is_a_hint_at_the_second() -> None:
    (found,) = same_texts(examples(("hello", "greet"), ("Hello", "greet"), ("hello", "greet")))
    assert (found.severity, found.kind, found.place) == ("hint", "repeated", Place(FILE, 3))
    assert found.also[0].place.line == 1


def vectors(*angles: float) -> NDArray[np.float32]:
    """Unit vectors at angles in degrees."""
    radians = np.deg2rad(np.array(angles))
    return np.asarray(np.stack([np.cos(radians), np.sin(radians)], axis=1), dtype=np.float32)


def test_near_pairs_of_different_intents_are_found_nearest_first() -> None:
    given = examples(("a", "one"), ("b", "two"), ("c", "one"), ("d", "two"))
    found = list(near_duplicates(given, vectors(0, 10, 3, 60), 0.98))
    pairs = [(each.place.line if each.place else 0, each.also[0].place.line) for each in found]
    assert pairs == [(2, 3), (1, 2)]  # 7 degrees apart, then 10; 1 and 3 are of one intent
    assert all(each.severity == "hint" for each in found)


def test_equal_texts_and_texts_without_letters_are_left_out() -> None:
    given = examples(("Yes", "one"), ("yes!", "two"), ("\N{WAVING HAND SIGN}", "one"), ("\N{THUMBS UP SIGN}", "two"))
    assert list(near_duplicates(given, vectors(0, 0, 90, 90), 0.9)) == []


def test_pairs_are_found_across_blocks() -> None:
    count = BLOCK + 10
    given = examples(*((f"text {number}", f"intent {number}") for number in range(count)))
    spread = np.zeros((count, count), dtype=np.float32)
    spread[np.arange(count), np.arange(count)] = 1
    spread[-1] = spread[3]
    (found,) = near_duplicates(given, spread, 0.9)
    assert (found.place, found.also[0].place) == (Place(FILE, 4), Place(FILE, count))
