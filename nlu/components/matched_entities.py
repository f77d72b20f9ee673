"""Names that stand in a text as Rasa's entities, and how they lie to other entities."""

from typing import Any

from rasa.nlu.constants import (
    ENTITY_ATTRIBUTE_CONFIDENCE_GROUP,
    ENTITY_ATTRIBUTE_CONFIDENCE_ROLE,
    ENTITY_ATTRIBUTE_CONFIDENCE_TYPE,
)
from rasa.shared.nlu.constants import (
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_GROUP,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
)

from nlu.components.heard import ADDITIONAL_INFO, HEARD
from nlu.names.sound_index import SoundMatch

Described = dict[str, Any]
# What an entity is in its sentence stays when its value is corrected.
_KEPT = (
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_CONFIDENCE_ROLE,
    ENTITY_ATTRIBUTE_GROUP,
    ENTITY_ATTRIBUTE_CONFIDENCE_GROUP,
)


def described_match(entity: str, match: SoundMatch, extractor: str) -> Described:
    """Return the match as an entity of this kind, with what was heard."""
    return {
        ENTITY_ATTRIBUTE_TYPE: entity,
        ENTITY_ATTRIBUTE_START: match.start,
        ENTITY_ATTRIBUTE_END: match.end,
        ENTITY_ATTRIBUTE_VALUE: match.name,
        ENTITY_ATTRIBUTE_CONFIDENCE_TYPE: match.confidence,
        ADDITIONAL_INFO: {HEARD: match.heard},
        EXTRACTOR: extractor,
    }


def kept_of(replaced: list[Described], match: SoundMatch) -> Described:
    """Return role and group of what had most of the place of `match`."""
    nearest = max(replaced, key=lambda known: common_characters(known, match), default={})
    return {key: nearest[key] for key in _KEPT if key in nearest}


def common_characters(entity: Described, match: SoundMatch) -> int:
    """Return how many characters both have; none or less where they do not overlap."""
    return int(min(entity[ENTITY_ATTRIBUTE_END], match.end) - max(entity[ENTITY_ATTRIBUTE_START], match.start))
