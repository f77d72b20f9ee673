"""What a search sets as a limit."""

from math import inf

import pytest

from retrieval.document import Document, Fact
from retrieval.properties.limits import Limit, limits_of


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("headphones under 100", [Limit(-inf, 100)]),
        ("headphones under 100 dollars in stock", [Limit(-inf, 100)]),
        ("headphones for 80 with a case", [Limit(-inf, 80)]),
        ("kettles over 1650 grams", [Limit(1650, inf, "gram")]),
        ("phones between 100 and 200 dollars", [Limit(100, 200)]),
        ("a tent for 4 people", []),
        ("headphones up to 300 ohm", []),
        ("between 2 and 4 people", []),
        ("lighter than about 2 kilograms", [Limit(-inf, 2, "kilogram")]),
        ("at least 50 dollars and under 100", [Limit(50, inf), Limit(-inf, 100)]),
        ("between $1.5 and $2", [Limit(1.5, 2)]),
        ("between 2 hours and 3 hours", [Limit(2, 3, "hour")]),
        ("from oak", []),
        ("", []),
    ],
)
def test_a_number_limits_the_price_or_a_known_unit_and_nothing_else(text: str, limits: list[Limit]) -> None:
    assert limits_of(text) == limits


@pytest.mark.parametrize(
    ("limit", "texts", "expected"),
    [
        (Limit(-inf, 2, "kilogram"), ["1.5 kilograms"], True),
        (Limit(-inf, 2, "kilogram"), ["2 kilograms"], True),
        (Limit(-inf, 2, "kilogram"), ["2500 grams"], False),
        (Limit(2, inf, "kilogram"), ["2 kilograms"], True),
        (Limit(2, inf, "kilogram"), ["1999 grams"], False),
        (Limit(5, 9, "hour"), ["2 grams", "360 minutes"], True),
        (Limit(5, 9, "hour"), ["360 minutes", "2 hours"], False),
        (Limit(5, 9, "hour"), ["2 litres", "unknown"], False),
        (Limit(5, 9, "hour"), [], False),
    ],
)
def test_the_first_fact_in_the_same_unit_or_else_of_its_kind_must_lie_within(
    limit: Limit, texts: list[str], expected: bool
) -> None:
    facts = tuple(Fact(f"f{at}", f"f{at}", text) for at, text in enumerate(texts))
    assert limit.lets_through(Document("product:a", "product", "A", "", facts=facts)) is expected
