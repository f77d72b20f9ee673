"""Names as Rasa's entities: what is written, what is kept, and how places overlap."""

from typing import Any

from nlu.components.matched_entities import common_characters, described_match, kept_of
from nlu.names.sound_index import SoundMatch

MATCH = SoundMatch("mocha", "", "moco", 4, 8, 0.8)


def place(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"entity": "drink", "start": start, "end": end, "value": "x", **more}


def test_a_match_is_an_entity_with_what_was_heard() -> None:
    assert described_match("drink", MATCH, "Finder") == {
        "entity": "drink",
        "start": 4,
        "end": 8,
        "value": "mocha",
        "confidence_entity": 0.8,
        "additional_info": {"heard": "moco"},
        "extractor": "Finder",
    }


def test_role_and_group_of_what_had_most_of_the_place_are_kept() -> None:
    few, most = place(0, 5, role="a"), place(5, 8, role="b", group="1", confidence_role=0.5)
    assert kept_of([few, most], MATCH) == {"role": "b", "group": "1", "confidence_role": 0.5}
    assert kept_of([], MATCH) == {}


def test_places_have_characters_in_common_or_none() -> None:
    assert common_characters(place(0, 6), MATCH) == 2
    assert common_characters(place(0, 4), MATCH) == 0
    assert common_characters(place(0, 2), MATCH) < 0
