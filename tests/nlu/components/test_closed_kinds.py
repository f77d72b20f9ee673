"""Entities of closed kinds, snapped to the entry of their table that they sound like."""

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.components.closed_kinds import Snapper, doubt_of
from nlu.names.names_file import Catalogues
from nlu.names.sound_index import CatalogueName

DRINKS = tuple(CatalogueName(name, ()) for name in ("mocha", "iced mocha", "latte", "cappuccino"))
SIZES = (CatalogueName("medium", ()), CatalogueName("small", ("tiny",)))
SNAPPER = Snapper(Catalogues({"drink": DRINKS, "size": SIZES, "food": DRINKS}, closed={"drink": 0.0, "size": 0.0}), "X")


def entity(kind: str, text: str, part: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    start = text.index(part)
    return {"entity": kind, "start": start, "end": start + len(part), "value": value or part, **more}


def values(text: str, known: list[dict[str, Any]], tagged: list[dict[str, Any]]) -> list[str]:
    return [found["value"] for found in SNAPPER.snap_all(text, known, tagged)]


def test_what_was_tagged_becomes_the_entry_and_keeps_what_was_heard_and_its_role() -> None:
    text = "a small moco"
    tagged = entity("drink", text, "moco", role="first")
    (snapped,) = SNAPPER.snap_all(text, [tagged], [tagged])
    assert (snapped["value"], snapped["start"], snapped["end"], snapped["role"]) == ("mocha", 8, 12, "first")
    assert snapped["additional_info"] == {"heard": "moco"}
    assert snapped["extractor"] == "X"
    assert 0.5 < snapped["confidence_entity"] < 1


def test_a_name_within_what_was_tagged_gives_way_to_a_longer_one() -> None:
    text = "an ice mocha"
    tagged = entity("drink", text, "ice mocha")
    assert values(text, [entity("drink", text, "mocha")], [tagged]) == ["iced mocha"]


@pytest.mark.parametrize(
    ("text", "known", "tagged"), [("iced mocha", "iced mocha", "mocha"), ("a latte", "latte", "latte")]
)
def test_a_name_that_stands_there_is_left_as_it_is(text: str, known: str, tagged: str) -> None:
    before = [entity("drink", text, known, extractor="regex")]
    assert SNAPPER.snap_all(text, before, [entity("drink", text, tagged)]) == before


def test_other_kinds_in_the_same_place_and_open_kinds_are_left_alone() -> None:
    text = "a moco"
    assert values(text, [entity("size", text, "moco")], [entity("drink", text, "moco")]) == ["moco"]
    assert values(text, [entity("food", text, "moco")], [entity("food", text, "moco")]) == ["moco"]


def test_two_parts_in_a_row_are_one_name_or_each_its_own() -> None:
    text = "cap chino"
    parts = [entity("drink", text, "cap"), entity("drink", text, "chino")]
    assert values(text, parts, parts) == ["cappuccino"]
    text = "moco lattay"
    parts = [entity("drink", text, "moco"), entity("drink", text, "lattay")]
    assert values(text, parts, parts) == ["mocha", "latte"]


def test_parts_with_a_word_between_are_not_one_name() -> None:
    text = "cap and chino"
    parts = [entity("drink", text, "cap"), entity("drink", text, "chino")]
    assert values(text, parts, parts) == ["cap", "chino"]


def examples(*values: str) -> list[Message]:
    return [
        Message({"text": value, "entities": [{"entity": "drink", "start": 0, "end": len(value), "value": value}]})
        for value in values
    ]


def test_a_kind_is_closed_where_the_examples_name_nothing_else() -> None:
    assert doubt_of("drink", DRINKS, examples("mocha", "latte", "Mocha", "latte")) == 0
    assert doubt_of("drink", DRINKS, examples("mocha", "latte", "Mocha")) == pytest.approx(1 / 3)
    assert doubt_of("drink", DRINKS, examples("mocha", "latte", "tea", "mocha")) is None


def test_too_few_examples_and_too_many_entries_say_nothing() -> None:
    assert doubt_of("drink", DRINKS, examples("mocha", "latte")) is None
    many = [CatalogueName(f"name {number}", ()) for number in range(300)]
    assert doubt_of("drink", many, examples("name 1", "name 1", "name 1")) is None
