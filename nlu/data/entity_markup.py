"""Rasa's notation of entities within an example: `[text](type:value)`, `[text]{"entity": …}`, `[text][{…}, {…}]`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from nlu.errors import NluError
from nlu.interpretation import Entity

ANNOTATION = re.compile(
    r"\[(?P<text>[^\]]+?)\]"
    r"(?:\((?P<name>[^:)]+?)(?::(?P<value>[^)]+))?\)|(?P<described>\{[^}]+?\})|\[(?P<several>.*?)\])"
)
DESCRIPTION = re.compile(r"\{[^}]+?\}")


class MarkupError(NluError):
    """An annotation that cannot be read; the message quotes it."""


def parse_markup(annotated: str) -> tuple[str, tuple[Entity, ...]]:
    """The text without its annotations, and the entities they describe, with offsets into that text.

    Raises MarkupError where braces do not hold JSON with an `entity`.
    """
    plain, entities = "", []
    end = 0
    for match in ANNOTATION.finditer(annotated):
        plain += annotated[end : match.start()]
        entities += list(_entities(match, len(plain)))
        plain += match["text"]
        end = match.end()
    return plain + annotated[end:], tuple(entities)


def _entities(match: re.Match[str], start: int) -> Iterator[Entity]:
    text = match["text"]
    if match["name"]:
        yield _entity(text, start, {"entity": match["name"], "value": match["value"] or text})
    for described in DESCRIPTION.findall(match["described"] or match["several"] or ""):
        yield _entity(text, start, _description(described))


def _description(described: str) -> dict[str, Any]:
    try:
        attributes: dict[str, Any] = json.loads(described)
    except ValueError as error:
        raise MarkupError(f'{described} is not JSON ({error}): write it like {{"entity": "city"}}') from error
    if not isinstance(attributes.get("entity"), str):
        raise MarkupError(f'{described} names no entity: write it like {{"entity": "city"}}')
    return attributes


def _entity(text: str, start: int, described: dict[str, Any]) -> Entity:
    return Entity(
        name=described["entity"],
        value=str(described.get("value", text)),
        start=start,
        end=start + len(text),
        extractor="",
        role=described.get("role"),
        group=described.get("group"),
    )
