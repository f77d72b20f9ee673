"""Between our frozen types and the dicts that Rasa passes around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.client_tools import ToolCall
from dialogue.reply import Reply
from nlu.interpretation import Entity, Intent, Interpretation

LISTEN = "action_listen"
LONGEST_SOURCE_ID = 500


@dataclass(frozen=True, slots=True)
class _Parse:
    """Rasa's parse result, as an interpretation carries it."""

    data: Mapping[str, Any]


def interpretation_of(parse_data: Mapping[str, Any]) -> Interpretation:
    """Return Rasa's parse result as an Interpretation, which carries it along; the intent's name is empty when there is
    none.
    """
    return Interpretation(
        text=parse_data["text"],
        intent=_intent(parse_data["intent"]),
        ranking=tuple(_intent(intent) for intent in parse_data.get("intent_ranking") or ()),
        entities=tuple(_entity(entity) for entity in parse_data.get("entities") or ()),
        in_scope=parse_data.get("in_scope"),
        raw=_Parse(parse_data),
    )


def parse_data_of(interpretation: Interpretation) -> dict[str, Any]:
    """Return an Interpretation as the parse result that Rasa takes in place of its own.

    It is Rasa's own, which knows more, such as response selectors, where the interpretation carries it unchanged.
    """
    raw = interpretation.raw
    if isinstance(raw, _Parse) and interpretation_of(raw.data) == interpretation:
        return dict(raw.data)
    return {
        "text": interpretation.text,
        "intent": _intent_dict(interpretation.intent),
        "intent_ranking": [_intent_dict(intent) for intent in interpretation.ranking],
        "entities": [_entity_dict(entity) for entity in interpretation.entities],
    }


def reply_of(messages: Iterable[Mapping[str, Any]], actions: Iterable[str], calls: Iterable[ToolCall] = ()) -> Reply:
    """Return a turn's channel messages, actions and calls as a Reply; ids come from `custom: {source_ids: [...]}`."""
    texts: list[str] = []
    source_ids: dict[str, None] = {}
    rich: list[dict[str, Any]] = []
    for message in messages:
        if message.get("text"):
            texts.append(str(message["text"]))
        custom = message.get("custom")
        if isinstance(custom, Mapping):
            source_ids.update(dict.fromkeys(sound_source_ids(custom.get("source_ids"))))
        if carried := _carried(message):
            rich.append(carried)
    return Reply(
        texts=tuple(texts),
        source_ids=tuple(source_ids),
        actions=tuple(action for action in actions if action != LISTEN),
        calls=tuple(calls),
        messages=tuple(rich),
    )


def _carried(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message carries, without the ids of sources; empty where that is a text alone."""
    carried = {key: message[key] for key in ("text", "buttons", "image", "attachment", "custom") if message.get(key)}
    if "buttons" in carried:
        carried["buttons"] = [dict(button) for button in carried["buttons"] if button.get("title")]
    custom = carried.get("custom")
    if isinstance(custom, Mapping):
        carried["custom"] = {key: value for key, value in custom.items() if key != "source_ids"}
    carried = {key: value for key, value in carried.items() if value}
    return carried if carried.keys() - {"text"} else {}


def sound_source_ids(values: object) -> list[str]:
    """Return those of the values that can be ids of sources: short texts."""
    listed = values if isinstance(values, list | tuple) else ()
    return [value for value in listed if isinstance(value, str) and 0 < len(value) <= LONGEST_SOURCE_ID]


def _intent(value: Mapping[str, Any]) -> Intent:
    return Intent(value.get("name") or "", float(value.get("confidence") or 0.0))


def _intent_dict(intent: Intent) -> dict[str, Any]:
    return {"name": intent.name or None, "confidence": intent.confidence}


def _entity(value: Mapping[str, Any]) -> Entity:
    info = value.get("additional_info")
    return Entity(
        name=value["entity"],
        value=str(value["value"]),
        start=int(value.get("start", 0)),
        end=int(value.get("end", 0)),
        extractor=value.get("extractor") or "",
        confidence=float(value.get("confidence_entity") or 1.0),
        role=value.get("role"),
        group=value.get("group"),
        heard=info.get("heard") if isinstance(info, Mapping) else None,
    )


def _entity_dict(entity: Entity) -> dict[str, Any]:
    described: dict[str, Any] = {
        "entity": entity.name,
        "value": entity.value,
        "start": entity.start,
        "end": entity.end,
        "extractor": entity.extractor,
        "confidence_entity": entity.confidence,
    }
    info = {"heard": entity.heard} if entity.heard is not None else None
    optional = {"role": entity.role, "group": entity.group, "additional_info": info}
    return described | {key: value for key, value in optional.items() if value is not None}
