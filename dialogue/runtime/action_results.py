"""Checks what an action says and returns, before Rasa sees it: garbage is left out, and what is too much is refused."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.errors import ActionError
from dialogue.quiet import quiet_imports
from dialogue.runtime.conversion import sound_source_ids

with quiet_imports():
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import deserialise_events

MOST_CHARACTERS = 20_000
"""Length of all texts that one action says: a quarter of an hour of speech; what is longer is cut."""

MOST_JSON_CHARACTERS = 1_000_000
"""Length of all that one action says and returns, as JSON."""

# Rasa compiles and checks the schema at each action, which takes tens of milliseconds.
_FORMAT = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_FORMAT)(_FORMAT)

# Halves of characters, which no UTF-8 can hold, and characters that control a terminal; not tabs and new lines.
_UNSPEAKABLE = re.compile("([\ud800-\udfff])|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action does: events of Rasa's and messages to say, in the form of an action server's answer.

    `complaints` are sentences about what was left out; they quote nothing.
    """

    events: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    complaints: tuple[str, ...] = ()

    def as_answer(self) -> dict[str, Any]:
        """Return it as an action server's answer."""
        return {"events": self.events, "responses": self.responses}


def checked(events: object, messages: object) -> ActionResult:
    """Return what is sound in an action's events and messages, as a copy that shares nothing with them.

    Raises:
        ActionError: Rasa does not know an event, or all is too long, or cannot be written as JSON.
    """
    complaints: list[str] = []
    sound = {
        "events": [_sound_event(event) for event in _mappings(events, "event", complaints)],
        "responses": list(_shortened(map(_sound_message, _mappings(messages, "message", complaints)), complaints)),
    }
    copied = _speakable(_copied(sound))
    try:
        _VALIDATOR.validate(copied)
        deserialise_events(copied["events"])
    except ValidationError as error:
        place = "/".join(map(str, error.absolute_path))
        raise ActionError(f"Rasa does not know what it returned at {place or 'its top'}") from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ActionError(f"Rasa does not know an event that it returned: {type(error).__name__}") from None
    return ActionResult(copied["events"], copied["responses"], tuple(complaints))


def _mappings(values: object, kind: str, complaints: list[str]) -> Iterator[dict[str, Any]]:
    if values is None:
        return
    if not isinstance(values, list | tuple):
        complaints.append(f"a {type(values).__name__} in place of a list of {kind}s is left out")
        return
    unsound = 0
    for value in values:
        if isinstance(value, Mapping) and (kind != "event" or value.get("event")):
            yield dict(value)
        else:
            unsound += 1
    if unsound:
        complaints.append(f"{unsound} of {len(values)} {kind}s are none and are left out")


def _sound_event(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event whose message, if it is one, can be said."""
    if event["event"] != "bot":
        return event
    data = event.get("data")
    text = event.get("text")
    sound = {
        "text": None if text is None else str(text),
        "data": _sound_message(data) if isinstance(data, dict) else {},
    }
    return event | sound


def _sound_message(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message whose parts are of the types that Rasa takes for granted."""
    sound = dict(message)
    if sound.get("text") is not None:
        sound["text"] = str(sound["text"])
    if not isinstance(sound.get("response"), str):
        sound.pop("response", None)
    for key in ("buttons", "elements", "quick_replies"):
        if key in sound:
            listed = sound[key] if isinstance(sound[key], list | tuple) else []
            sound[key] = [dict(item) for item in listed if isinstance(item, Mapping)]
    custom = sound.get("custom")
    if isinstance(custom, Mapping) and "source_ids" in custom:
        sound["custom"] = {**custom, "source_ids": sound_source_ids(custom["source_ids"])}
    return sound


def _shortened(messages: Iterator[dict[str, Any]], complaints: list[str]) -> Iterator[dict[str, Any]]:
    """Cut the texts at the last space within what may be said."""
    left = MOST_CHARACTERS
    for message in messages:
        text = message.get("text")
        if text is not None and len(text) > left:
            complaints.append(f"of a text of {len(text):,} characters, {left:,} are said")
            message["text"] = text = text[: max(text.rfind(" ", 0, left + 1), 0) or left]
        left -= len(text or "")
        yield message


def _copied(sound: dict[str, Any]) -> Any:
    try:
        written = json.dumps(sound, allow_nan=False)
    except (RecursionError, TypeError, ValueError) as error:
        raise ActionError(f"what it returned cannot be written as JSON: {type(error).__name__}") from None
    if len(written) > MOST_JSON_CHARACTERS:
        raise ActionError(f"it returned {len(written):,} characters of JSON, the limit is {MOST_JSON_CHARACTERS:,}")
    return json.loads(written)


def _speakable(value: Any) -> Any:
    match value:
        case str():
            return _UNSPEAKABLE.sub(lambda found: "\ufffd" if found[1] else "", value)
        case dict():
            return {_speakable(key): _speakable(item) for key, item in value.items()}
        case list():
            return [_speakable(item) for item in value]
    return value
