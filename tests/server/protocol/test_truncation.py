"""What of a reply was heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.truncation import heard_text

SPOKEN = [("It costs ten dollars.", 1000.0), (" It weighs one pound.", 2000.0)]


@pytest.mark.parametrize(
    ("end_ms", "text"),
    [
        (0, ""),
        (500, "It costs"),
        (1000, "It costs ten dollars."),
        (1500, "It costs ten dollars. It weighs"),
        (2000, "It costs ten dollars. It weighs one pound."),
        (9000, "It costs ten dollars. It weighs one pound."),
    ],
)
def test_words_are_heard_in_proportion_to_their_time(end_ms: float, text: str) -> None:
    assert heard_text(SPOKEN, end_ms) == text


@given(st.floats(0, 3000), st.floats(0, 3000))
def test_more_time_never_means_fewer_words(first: float, second: float) -> None:
    early, late = sorted((first, second))
    assert heard_text(SPOKEN, late).startswith(heard_text(SPOKEN, early))


def test_a_piece_without_sound_is_heard_with_the_one_before_it() -> None:
    assert heard_text([("One.", 100.0), (" Two.", 100.0)], 100) == "One. Two."
