"""The assertions of end-to-end tests, as the steps that check the same."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dialogue.errors import ProjectError
from dialogue.stories.story import Button, Check, Holds, HoldsNot, Ran, Says, SaysNot

UNDEFINED = object()
_PROPERTIES = "utter_name, text_matches or buttons"
JUDGED = ("generative_response_is_relevant", "generative_response_is_grounded")
OF_FLOWS = ("flow_started", "flow_completed", "flow_cancelled", "pattern_clarification_contains")


def read_assertions(described: object, place: str) -> Iterator[Check]:
    """Read the assertions of a user's step; `place` names it in errors.

    Raises ProjectError where one is unknown, empty or cannot be checked without a language model or flows.
    """
    if not isinstance(described, list):
        raise ProjectError(f"{place}: assertions must be a list, each an entry such as `- bot_uttered: ...`")
    for assertion in described:
        if not isinstance(assertion, Mapping) or len(assertion) != 1:
            raise ProjectError(f"{place}: the assertion {assertion!r} must have one name")
        ((name, value),) = assertion.items()
        reader = READERS.get(str(name))
        if reader is None:
            raise ProjectError(f"{place}: {_why_not(str(name))}")
        yield from reader(value, f"{place}: {name}")


def _why_not(name: str) -> str:
    if name in JUDGED:
        return f"{name} is judged by a language model, which is not here: name the facts with bot_uttered, text_matches"
    if name in OF_FLOWS:
        return f"{name} is about flows, which Rasa 3.6 does not have: use action_executed or slot_was_set"
    return f"there is no assertion {name}: use {', '.join(READERS)}"


def _action(value: object, place: str) -> Iterator[Check]:
    if not isinstance(value, str) or not value:
        raise ProjectError(f"{place} must name an action")
    yield Ran(value)


def _says(value: object, place: str) -> Iterator[Check]:
    yield Says(*_utterance(value, place))


def _says_not(value: object, place: str) -> Iterator[Check]:
    yield SaysNot(*_utterance(value, place))


def _utterance(value: object, place: str) -> tuple[str | None, str | None, tuple[Button, ...]]:
    """Return a response's name, a pattern and buttons, one of them at least."""
    properties = value if isinstance(value, Mapping) else {}
    if unknown := set(properties) - {"utter_name", "text_matches", "buttons"}:
        raise ProjectError(f"{place}: {', '.join(sorted(unknown))} cannot be checked: use {_PROPERTIES}")
    response, pattern = properties.get("utter_name"), properties.get("text_matches")
    buttons = tuple(_button(button, place) for button in properties.get("buttons") or ())
    if not (response or pattern or buttons):
        raise ProjectError(f"{place} is empty: give {_PROPERTIES}")
    try:
        re.compile(str(pattern or ""))
    except re.error as error:
        raise ProjectError(f"{place}: {pattern!r} is no regular expression: {error}") from error
    return response and str(response), pattern and str(pattern), buttons


def _button(described: object, place: str) -> Button:
    if not isinstance(described, Mapping) or "title" not in described:
        raise ProjectError(f"{place}: each button needs a title, and a payload where it matters")
    payload = described.get("payload")
    return Button(str(described["title"]), None if payload is None else str(payload))


def _held(value: object, place: str) -> Iterator[Check]:
    yield from (Holds(*slot) for slot in _slots(value, place))


def _not_held(value: object, place: str) -> Iterator[Check]:
    yield from (HoldsNot(*slot) for slot in _slots(value, place))


def _slots(value: object, place: str) -> Iterator[tuple[str, object, bool]]:
    """Yield each slot with its value, and whether the value does not matter."""
    for slot in value if isinstance(value, list) else [value]:
        if not isinstance(slot, Mapping) or "name" not in slot:
            raise ProjectError(f"{place}: each slot needs a name, and a value where it matters")
        held = slot.get("value", UNDEFINED)
        yield str(slot["name"]), None if held is UNDEFINED else held, held is UNDEFINED


READERS: Mapping[str, Callable[[Any, str], Iterator[Check]]] = {
    "action_executed": _action,
    "slot_was_set": _held,
    "slot_was_not_set": _not_held,
    "bot_uttered": _says,
    "bot_did_not_utter": _says_not,
}
"""What reads each assertion that can be checked."""
