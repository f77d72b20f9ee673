"""Every error of the dialogue can be caught as one."""

import pytest

from dialogue.errors import ActionError, DialogueError, ModelError, ProjectError


@pytest.mark.parametrize("kind", [ProjectError, ModelError, ActionError])
def test_every_error_is_a_dialogue_error_and_keeps_its_message(kind: type[DialogueError]) -> None:
    with pytest.raises(DialogueError, match="config.yml"):
        raise kind("config.yml is missing")


def test_what_went_wrong_is_told_apart() -> None:
    kinds = (ProjectError, ModelError, ActionError)
    assert [[issubclass(kind, other) for other in kinds] for kind in kinds] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
