"""Praise and complaints."""

import pytest

from retrieval.sentiment import polarity


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("The battery is astonishing.", 1),
        ("It broke after a week.", -1),
        ("It is not good.", -1),
        ("I have no problem with it.", 1),
        ("Great sound, but the remote is flimsy.", -1),
        ("I charge it on Sundays.", 0),
        ("", 0),
    ],
)
def test_tells_praise_from_complaint(sentence: str, sign: int) -> None:
    found = polarity(sentence)
    assert (found > 0) - (found < 0) == sign
    assert -1 <= found <= 1
