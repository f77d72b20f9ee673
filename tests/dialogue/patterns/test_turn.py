"""The values that the decisions are made of."""

from dataclasses import FrozenInstanceError

import pytest

from dialogue.patterns.names import OTHER
from dialogue.patterns.turn import Plan, Said, Turn


def test_a_turn_says_nothing_that_was_not_seen() -> None:
    turn = Turn(Said("hello"))
    assert (turn.form, turn.ended, turn.past.offer, turn.past.misses) == (None, None, "", 0)
    assert turn.said.likeness.pattern == OTHER


def test_a_plan_does_not_change() -> None:
    plan = Plan("cancel", ("utter_cancelled",))
    with pytest.raises(FrozenInstanceError):
        plan.offer = "person"  # type: ignore[misc]
