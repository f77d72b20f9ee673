"""What one variant of a product costs, and whether it is there."""

import pytest

from retrieval.document import Document, Fact
from retrieval.language.wording import slug_of
from retrieval.properties.choices import of_choice

SHIRT = Document(
    "product:shirt",
    "product",
    "Shirt",
    "",
    facts=tuple(
        Fact(slug_of(label), label, text)
        for label, text in (
            ("price", "$39 to $42"),
            ("price in S", "$39"),
            ("price in XL", "$42"),
            ("stock", "12 in stock"),
            ("stock in Red, S", "out of stock"),
            ("stock in Red, XL", "4 in stock"),
            ("stock in Navy Blue, S", "6 in stock"),
            ("stock in Navy Blue, XL", "2 in stock"),
        )
    ),
)


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("price", "what does it cost in xl", ["price in XL"]),
        ("price", "what does the small one cost", ["price in S"]),
        ("price", "what does it cost", []),
        ("stock", "is it there in red size s", ["stock in Red, S"]),
        ("stock", "do you have it in navy blue", ["stock in Navy Blue, S", "stock in Navy Blue, XL"]),
        ("stock", "do you have it in blue", []),
        ("colour", "is it red", []),
    ],
)
def test_the_variants_that_are_said_are_chosen(label: str, text: str, expected: list[str]) -> None:
    assert [fact.label for fact in of_choice(SHIRT, label, text.split())] == expected


def test_a_choice_that_leaves_many_is_none() -> None:
    facts = tuple(Fact(f"stock-in-red-{at}", f"stock in Red, {at}", "1 in stock") for at in range(4))
    assert of_choice(Document("product:a", "product", "A", "", facts=facts), "stock", ["red"]) == []
