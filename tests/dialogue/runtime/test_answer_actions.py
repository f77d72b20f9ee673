"""What the actions ask the knowledge for."""

import pytest

from dialogue.runtime.answer_actions import wishes_of
from retrieval.filtering import Filter


@pytest.mark.parametrize(
    ("slots", "wishes"),
    [
        ({}, Filter()),
        ({"product_id": "a", "colour": "red", "brand": None}, Filter()),
        ({"brand": "Lark", "category": "earbuds"}, Filter(brand="Lark", category="earbuds")),
        ({"min_price": 20, "max_price": "$1,299.50"}, Filter(min_price=20, max_price=1299.5)),
        ({"in_stock": False}, Filter(in_stock=False)),
    ],
)
def test_slots_say_what_is_looked_for(slots: dict[str, object], wishes: Filter) -> None:
    assert wishes_of(slots) == wishes


@pytest.mark.parametrize(("slot", "value"), [("max_price", "cheap"), ("min_price", "nan"), ("in_stock", "maybe")])
def test_a_slot_that_cannot_be_understood_is_named(slot: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"the slot {slot} holds '{value}'; .*"):
        wishes_of({slot: value})
