"""The defaults of the dialogue's options."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from dialogue.options import DialogueOptions


def test_conversations_are_kept_in_memory_and_no_turn_waits_forever_unless_it_is_said() -> None:
    options = DialogueOptions()
    assert (options.tracker_path, options.endpoints_path) == (None, None)
    assert 0 < options.action_timeout_seconds < options.turn_timeout_seconds < float("inf")


def test_options_are_changed_in_a_copy() -> None:
    options = DialogueOptions()
    assert replace(options, tracker_path=Path("trackers.db")) != options
    with pytest.raises(FrozenInstanceError):
        setattr(options, "turn_timeout_seconds", 1.0)  # noqa: B010 - mypy knows better


@pytest.mark.parametrize(("name", "value"), [("retention_days", 0.0), ("kept_conversations", -1)])
def test_a_bound_that_makes_no_sense_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        TypeAdapter(DialogueOptions).validate_python({name: value})
