"""What an answer says of itself."""

import pytest

from retrieval.question import Answer


@pytest.mark.parametrize(
    ("sources", "slug"),
    [
        ((), None),
        (("product:a#price",), "price"),
        (("product:a#price", "product:b#battery-life"), "battery-life"),
        (("product:a",), None),
        (("product:a#price", "product:a"), None),
        (("policy:shipping#pickup",), None),
        (("product:a#price", "faq:hours", "review:r1"), "price"),
    ],
)
def test_the_fact_told_last_is_the_last_of_a_product(sources: tuple[str, ...], slug: str | None) -> None:
    assert Answer("Text.", sources, None, None, 0.8).told == slug
