"""What a search sets as a limit."""

from math import inf

import pytest

from retrieval.answering.limits import Limit, limits_of


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
    ],
)
def test_a_number_limits_the_price_or_a_known_unit_and_nothing_else(text: str, limits: list[Limit]) -> None:
    assert limits_of(text) == limits
