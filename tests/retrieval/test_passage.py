"""Passages."""

from dataclasses import FrozenInstanceError, replace

import pytest

from retrieval.passage import Passage

PASSAGE = Passage("faq:hours", "faq:hours", "faq", "When are you open?", "From 9 to 8.", 0.7)


def test_a_passage_is_a_value() -> None:
    assert len({PASSAGE, replace(PASSAGE), replace(PASSAGE, score=0.6)}) == 2
    with pytest.raises(FrozenInstanceError):
        PASSAGE.score = 1.0  # type: ignore[misc]
